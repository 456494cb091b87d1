"""Somebody who has everything that was released, and the public catalogue, and solves it for single people."""
