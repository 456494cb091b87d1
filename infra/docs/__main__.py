"""`make docs`: writes every generated page."""

from infra.docs.pages import FOLDER, PAGES

for name, page in PAGES.items():
    (FOLDER / name).write_text(page())
