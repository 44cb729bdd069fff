"""Writes figures.json: probabilities of 200 examples of 7 classes, and what numpy says of them.

Run as: python make.py (numpy 2). Formulas are other ones than the code's: intervals are the roots of the quadratic
equation (p - share)^2 = z^2 p (1 - p) / n, and all counts are taken from the list of examples.
"""
import json
import os

import numpy as np

Z = 1.959963984540054
random = np.random.default_rng(7)
classes, examples = 7, 200
labels = random.choice(classes, examples, p=[0.3, 0.25, 0.2, 0.15, 0.08, 0.02, 0])
logits = random.normal(0, 1, (examples, classes))
logits[np.arange(examples), labels] += random.choice([0, 1, 4], examples)
logits[:, 6] -= 9
logits[:3] = 0  # equal probabilities: the lower class comes first
odds = np.exp(logits)
probabilities = (odds / odds.sum(1, keepdims=True)).astype(np.float32)

order = np.argsort(-probabilities, axis=1, kind="stable")
predicted = order[:, 0]
top5 = (order[:, :5] == labels[:, None]).any(1)


def wilson(hits, n):
    if n == 0:
        return [0.0, 1.0]
    share = hits / n
    roots = np.roots([1 + Z * Z / n, -(2 * share + Z * Z / n), share * share])
    return [max(0.0, float(min(roots.real))), min(1.0, float(max(roots.real)))]


def figures(label):
    is_true, is_said = labels == label, predicted == label
    hits = int((is_true & is_said).sum())
    precision = hits / int(is_said.sum()) if is_said.any() else None
    recall = hits / int(is_true.sum()) if is_true.any() else None
    f1 = None
    if is_true.any() or is_said.any():
        f1 = 2 * precision * recall / (precision + recall) if precision and recall else 0.0
    wrong = np.bincount(predicted[is_true & ~is_said], minlength=classes)
    return {
        "examples": int(is_true.sum()), "top1Hits": hits, "top5Hits": int((is_true & top5).sum()),
        "top1Interval": wilson(hits, int(is_true.sum())), "predicted": int(is_said.sum()),
        "precision": precision, "recall": recall, "f1": f1,
        "mostConfusedWith": int(wrong.argmax()) if wrong.any() else None, "timesConfused": int(wrong.max()),
    }


confidence = probabilities.max(1).astype(np.float64)
hit = predicted == labels
bins = np.digitize(confidence, np.arange(1, 15) / 15, right=True)
error, reliability = 0.0, []
for bin in range(15):
    inside = bins == bin
    n = int(inside.sum())
    reliability.append([n, int(hit[inside].sum()), float(confidence[inside].mean()) if n else None])
    if n:
        error += n / examples * abs(hit[inside].mean() - confidence[inside].mean())

confusion = np.zeros((classes, classes), int)
for true, said in zip(labels, predicted):
    confusion[true, said] += 1

json.dump({
    "labels": labels.tolist(), "probabilities": [[float(p) for p in row] for row in probabilities],
    "top1": float(hit.mean()), "top5": float(top5.mean()),
    "top1Interval": wilson(int(hit.sum()), examples), "top5Interval": wilson(int(top5.sum()), examples),
    "classes": [figures(label) for label in range(classes)], "confusion": confusion.tolist(),
    "calibrationError": float(error), "bins": reliability,
}, open(os.path.join(os.path.dirname(os.path.abspath(__file__)), "figures.json"), "w"))
