"""The Python classes by the names of their Java classes, by which PySpark finds those of a pipeline that it loads."""

from googlenet_spark import GoogLeNetClassifier, GoogLeNetModel

__all__ = ["GoogLeNetClassifier", "GoogLeNetModel"]
