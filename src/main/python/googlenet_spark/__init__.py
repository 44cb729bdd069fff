"""GoogLeNet as a stage of Spark ML.

The classes wrap those of ``org.googlenet.ml`` in the job's jar, which is to be in the session's ``spark.jars``.
"""

from pyspark import SparkContext, keyword_only
from pyspark.ml.param import Param, Params, TypeConverters
from pyspark.ml.param.shared import (
    HasHandleInvalid,
    HasInputCol,
    HasLabelCol,
    HasMaxIter,
    HasPredictionCol,
    HasProbabilityCol,
    HasRawPredictionCol,
    HasSeed,
    HasStepSize,
    HasValidationIndicatorCol,
)
from pyspark.ml.util import JavaMLReadable, JavaMLReader, JavaMLWritable
from pyspark.ml.wrapper import JavaEstimator, JavaModel, JavaParams

__all__ = ["GoogLeNetClassifier", "GoogLeNetModel"]

_PACKAGE = "org.googlenet.ml."


class _Reader(JavaMLReader):
    """Finds the Java class of a class that is not PySpark's own."""

    @classmethod
    def _java_loader_class(cls, clazz):
        return _PACKAGE + clazz.__name__


class _Readable(JavaMLReadable):
    @classmethod
    def read(cls):
        return _Reader(cls)


def _param(name, doc, converter):
    return Param(Params._dummy(), name, doc, converter)


class _ImageParams(
    HasInputCol, HasPredictionCol, HasProbabilityCol, HasRawPredictionCol, HasHandleInvalid
):
    """The params that the estimator and its model both have."""

    outputFeaturesCol = _param(
        "outputFeaturesCol",
        "column for the values in front of the classifier, 1024 for an image; '' for none",
        TypeConverters.toString,
    )
    batchSize = _param(
        "batchSize",
        "images of a local step of a worker, and of a pass of a prediction",
        TypeConverters.toInt,
    )

    def __init__(self, *args):
        super().__init__(*args)
        self._setDefault(
            inputCol="image", handleInvalid="error", outputFeaturesCol="", batchSize=32
        )

    def getOutputFeaturesCol(self):
        return self.getOrDefault(self.outputFeaturesCol)

    def getBatchSize(self):
        return self.getOrDefault(self.batchSize)

    def setInputCol(self, value):
        """Sets the column of images: of Spark's image source, or binary with the bytes of files."""
        return self._set(inputCol=value)

    def setPredictionCol(self, value):
        return self._set(predictionCol=value)

    def setProbabilityCol(self, value):
        return self._set(probabilityCol=value)

    def setRawPredictionCol(self, value):
        return self._set(rawPredictionCol=value)

    def setOutputFeaturesCol(self, value):
        return self._set(outputFeaturesCol=value)

    def setHandleInvalid(self, value):
        """Sets what becomes of images that cannot be read: 'error', 'skip' or 'keep'."""
        return self._set(handleInvalid=value)

    def setBatchSize(self, value):
        return self._set(batchSize=value)


class GoogLeNetClassifier(
    JavaEstimator,
    _ImageParams,
    HasLabelCol,
    HasValidationIndicatorCol,
    HasMaxIter,
    HasStepSize,
    HasSeed,
    _Readable,
    JavaMLWritable,
):
    """Trains GoogLeNet on a DataFrame of labelled images, in rounds of parameter averaging.

    ``recipe`` has further keys of the recipe by name, as in ``recipe={"averaging.localSteps": 8}``.
    """

    validationFraction = _param(
        "validationFraction",
        "share of the images that is kept for validation if there is no validationIndicatorCol",
        TypeConverters.toFloat,
    )
    workDir = _param(
        "workDir",
        "folder for shards, checkpoints and events, which the driver and all executors reach",
        TypeConverters.toString,
    )
    startFrom = _param(
        "startFrom",
        "the model whose parameters the training begins with",
        TypeConverters.toString,
    )
    variant = _param(
        "variant", "which GoogLeNet: the recipe's model.variant", TypeConverters.toString
    )
    side = _param("side", "height and width of the input, pixels", TypeConverters.toInt)
    numWorkers = _param(
        "numWorkers", "logical trainers of a round, Spark tasks", TypeConverters.toInt
    )
    recipe = _param(
        "recipe",
        "further keys of the recipe, each as 'key=value'; they go over params",
        TypeConverters.toListString,
    )
    verbose = _param(
        "verbose", "whether fit prints a line for each round", TypeConverters.toBoolean
    )

    @keyword_only
    def __init__(
        self,
        *,
        inputCol="image",
        labelCol="label",
        predictionCol="prediction",
        probabilityCol="probability",
        rawPredictionCol="rawPrediction",
        outputFeaturesCol="",
        handleInvalid="error",
        validationIndicatorCol=None,
        validationFraction=0.1,
        workDir=None,
        startFrom=None,
        variant=None,
        side=224,
        maxIter=10,
        stepSize=0.01,
        seed=1,
        batchSize=32,
        numWorkers=2,
        recipe=None,
        verbose=False,
    ):
        super().__init__()
        self._java_obj = self._new_java_obj(_PACKAGE + "GoogLeNetClassifier", self.uid)
        self._setDefault(
            validationFraction=0.1,
            side=224,
            maxIter=10,
            stepSize=0.01,
            seed=1,
            numWorkers=2,
            recipe=[],
            verbose=False,
        )
        self.setParams(**self._input_kwargs)

    @keyword_only
    def setParams(
        self,
        *,
        inputCol="image",
        labelCol="label",
        predictionCol="prediction",
        probabilityCol="probability",
        rawPredictionCol="rawPrediction",
        outputFeaturesCol="",
        handleInvalid="error",
        validationIndicatorCol=None,
        validationFraction=0.1,
        workDir=None,
        startFrom=None,
        variant=None,
        side=224,
        maxIter=10,
        stepSize=0.01,
        seed=1,
        batchSize=32,
        numWorkers=2,
        recipe=None,
        verbose=False,
    ):
        """Sets all params that are given."""
        given = dict(self._input_kwargs)
        if "recipe" in given:
            given["recipe"] = _entries(given["recipe"])
        return self._set(**given)

    def _create_model(self, java_model):
        return GoogLeNetModel(java_model)

    def setLabelCol(self, value):
        return self._set(labelCol=value)

    def setValidationIndicatorCol(self, value):
        return self._set(validationIndicatorCol=value)

    def setValidationFraction(self, value):
        return self._set(validationFraction=value)

    def getValidationFraction(self):
        return self.getOrDefault(self.validationFraction)

    def setWorkDir(self, value):
        return self._set(workDir=value)

    def getWorkDir(self):
        return self.getOrDefault(self.workDir)

    def setStartFrom(self, value):
        return self._set(startFrom=value)

    def getStartFrom(self):
        return self.getOrDefault(self.startFrom)

    def setVariant(self, value):
        return self._set(variant=value)

    def getVariant(self):
        return self.getOrDefault(self.variant)

    def setSide(self, value):
        return self._set(side=value)

    def getSide(self):
        return self.getOrDefault(self.side)

    def setMaxIter(self, value):
        return self._set(maxIter=value)

    def setStepSize(self, value):
        return self._set(stepSize=value)

    def setSeed(self, value):
        return self._set(seed=value)

    def setNumWorkers(self, value):
        return self._set(numWorkers=value)

    def getNumWorkers(self):
        return self.getOrDefault(self.numWorkers)

    def setRecipe(self, value):
        """Sets further keys of the recipe: by name, or as a list of 'key=value'."""
        return self._set(recipe=_entries(value))

    def getRecipe(self):
        return self.getOrDefault(self.recipe)

    def setVerbose(self, value):
        return self._set(verbose=value)

    def getVerbose(self):
        return self.getOrDefault(self.verbose)


def _entries(recipe):
    """Recipe keys as the Java class takes them; true and false are YAML's."""
    if not isinstance(recipe, dict):
        return list(recipe or [])
    return [
        "%s=%s" % (key, str(value).lower() if isinstance(value, bool) else value)
        for key, value in recipe.items()
    ]


class GoogLeNetModel(JavaModel, _ImageParams, _Readable, JavaMLWritable):
    """Classifies the images of a DataFrame; made by :class:`GoogLeNetClassifier`, loaded or opened."""

    @classmethod
    def open(cls, location):
        """Opens a run, a checkpoint or a promoted model that ``googlenet`` has written, or a model.zip."""
        java = getattr(SparkContext._active_spark_context._jvm, _PACKAGE + "GoogLeNetModel")
        return JavaParams._from_java(java.open(location))

    @property
    def labels(self):
        """The names of the classes, in the order of the labels."""
        return list(self._call_java("labels"))

    @property
    def numClasses(self):
        """The number of classes."""
        return self._call_java("numClasses")
