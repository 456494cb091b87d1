"""What models are measured by."""

GAIN = "ndcg_gain"
# How well an attack tells whom a model learnt from: see `membership_attack`.
MEMBERSHIP_AUC = "membership_auc"
# In the order in which they are read, with the names by which they are known.
MEASURE_NAMES = {
    "ndcg": "nDCG@10",
    GAIN: "gain over popularity",
    "recall": "recall@10",
    "precision": "precision@10",
    "average_precision": "MAP@10",
    "reciprocal_rank": "MRR@10",
    "coverage": "coverage",
    "novelty": "novelty, bits",
    "popularity_bias": "popularity bias",
}
