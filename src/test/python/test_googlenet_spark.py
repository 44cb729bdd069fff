"""GoogLeNet in PySpark: each test's name is its claim.

Environment: GOOGLENET_JAR, the job's jar; PHOTOS, a folder with a folder of images for each class.
"""

import os
import shutil
import tempfile
import unittest

from googlenet_spark import GoogLeNetClassifier, GoogLeNetModel
from py4j.protocol import Py4JJavaError
from pyspark.ml import Pipeline, PipelineModel
from pyspark.ml.evaluation import MulticlassClassificationEvaluator
from pyspark.ml.feature import IndexToString, StringIndexer
from pyspark.sql import SparkSession
from pyspark.sql.functions import col, element_at, lit, split, udf


class GoogLeNetInPySpark(unittest.TestCase):
    @classmethod
    def setUpClass(cls):
        cls.folder = tempfile.mkdtemp()
        cls.addClassCleanup(shutil.rmtree, cls.folder, ignore_errors=True)
        cls.spark = (
            SparkSession.builder.master("local[2]")
            .config("spark.jars", os.environ["GOOGLENET_JAR"])
            .config("spark.driver.memory", "3g")
            .config("spark.driver.host", "127.0.0.1")
            .config("spark.driver.bindAddress", "127.0.0.1")
            .config("spark.ui.enabled", "false")
            .config("spark.ui.showConsoleProgress", "false")
            .config("spark.sql.shuffle.partitions", "2")
            .getOrCreate()
        )
        cls.addClassCleanup(cls.spark.stop)
        cls.photos = cls.labelled(
            cls.spark.read.format("binaryFile")
            .option("recursiveFileLookup", True)
            .load(os.environ["PHOTOS"]),
            "path",
        ).cache()
        cls.model = cls.pipeline().fit(cls.photos)

    @staticmethod
    def labelled(images, path):
        return images.withColumn("kind", element_at(split(path, "/"), -2))

    @classmethod
    def classifier(cls, **params):
        return GoogLeNetClassifier(
            inputCol="content",
            workDir=os.path.join(cls.folder, "work"),
            side=65,
            maxIter=1,
            batchSize=8,
            validationFraction=0.2,
            recipe={"averaging.localSteps": 2, "checkpoint.lease": "2s"},
            **params
        )

    @classmethod
    def pipeline(cls, **params):
        return Pipeline(
            stages=[
                StringIndexer(inputCol="kind", outputCol="label"),
                cls.classifier(**params),
                IndexToString(inputCol="prediction", outputCol="predicted"),
            ]
        )

    @staticmethod
    def answers(predicted):
        rows = predicted.select("name", "prediction", "probability").collect()
        return {row.name: (row.prediction, row.probability) for row in rows}

    def named(self, model, images=None):
        return self.answers(model.transform((images or self.photos).withColumn("name", col("path"))))

    def test_every_photo_gets_the_name_of_its_most_probable_class(self):
        predicted = self.model.transform(self.photos)
        rows = predicted.collect()
        self.assertEqual(len(rows), self.photos.count())
        labels = self.model.stages[1].labels
        self.assertEqual(sorted(labels), ["bag", "shirt", "trousers"])
        for row in rows:
            self.assertEqual(row.predicted, labels[int(row.prediction)])
            self.assertEqual(row.prediction, row.probability.toArray().argmax())
        hits = sum(row.prediction == row.label for row in rows)
        accuracy = MulticlassClassificationEvaluator(metricName="accuracy").evaluate(predicted)
        self.assertAlmostEqual(accuracy, hits / len(rows))

    def test_a_saved_pipeline_predicts_the_same(self):
        place = os.path.join(self.folder, "pipeline")
        self.model.save(place)
        loaded = PipelineModel.load(place)
        self.assertIsInstance(loaded.stages[1], GoogLeNetModel)
        self.assertEqual(self.named(loaded), self.named(self.model))

    def test_a_saved_stage_is_loaded_by_its_class(self):
        place = os.path.join(self.folder, "stage")
        self.model.stages[1].write().overwrite().save(place)
        loaded = GoogLeNetModel.load(place)
        self.assertEqual(loaded.uid, self.model.stages[1].uid)
        self.assertEqual(loaded.getInputCol(), "content")
        self.assertEqual(self.named(loaded), self.named(self.model))

    def test_a_saved_estimator_has_its_params(self):
        place = os.path.join(self.folder, "estimator")
        self.pipeline(seed=7, handleInvalid="skip").save(place)
        loaded = Pipeline.load(place).getStages()[1]
        self.assertIsInstance(loaded, GoogLeNetClassifier)
        self.assertEqual(loaded.getSeed(), 7)
        self.assertEqual(loaded.getSide(), 65)
        self.assertEqual(loaded.getHandleInvalid(), "skip")
        self.assertEqual(
            loaded.getRecipe(), ["averaging.localSteps=2", "checkpoint.lease=2s"]
        )
        self.assertFalse(loaded.isDefined("startFrom"))

    def test_the_defaults_of_python_are_those_of_java(self):
        params = GoogLeNetClassifier()
        java = params._java_obj
        for param in params.params:
            has = java.hasDefault(java.getParam(param.name))
            self.assertEqual(params.hasDefault(param), has, param.name)
            if has:
                value = java.getDefault(java.getParam(param.name)).get()
                value = value if isinstance(value, (str, int, float, bool)) else list(value)
                self.assertEqual(params.getOrDefault(param), value, param.name)
        self.assertEqual(
            {param.name for param in params.params}, {param.name() for param in java.params()}
        )

    def test_the_same_photos_are_not_trained_on_twice(self):
        runs = os.listdir(os.path.join(self.folder, "work", "runs"))
        again = self.pipeline().fit(self.photos.repartition(3))
        self.assertEqual(os.listdir(os.path.join(self.folder, "work", "runs")), runs)
        self.assertEqual(self.named(again), self.named(self.model))
        opened = GoogLeNetModel.open(os.path.join(self.folder, "work", "runs", runs[0]))
        self.assertEqual(opened.labels, self.model.stages[1].labels)
        # The last bits depend on how many images there are in a pass.
        opened.setInputCol("content").setBatchSize(8)
        self.assertEqual(self.named(opened), self.named(self.model))

    def test_pixels_of_the_image_source_are_predicted_as_their_files(self):
        images = self.spark.read.format("image").load(os.environ["PHOTOS"] + "/*")
        ofPixels = self.model.stages[1].copy().setInputCol("image")
        pixels = self.answers(ofPixels.transform(images.withColumn("name", col("image.origin"))))
        files = self.named(self.model)

        def by_file(answers):
            return {"/".join(name.split("/")[-2:]): answer for name, answer in answers.items()}

        self.assertEqual(by_file(pixels), by_file(files))

    def test_features_are_a_vector_of_1024(self):
        embedding = self.model.stages[1].copy().setOutputFeaturesCol("embedding")
        row = embedding.transform(self.photos).select("embedding").first()
        self.assertEqual(row.embedding.size, 1024)

    def test_a_function_of_python_may_come_behind_and_end_early(self):
        double = udf(lambda value: 2 * value, "double")
        twice = self.model.transform(self.photos).withColumn("twice", double("prediction"))
        for row in twice.limit(2).collect() + twice.collect():
            self.assertEqual(row.twice, 2 * row.prediction)

    def test_what_is_wrong_is_said_in_a_line(self):
        broken = self.photos.limit(1).withColumn("content", lit(b"no image"))
        with self.assertRaises(Py4JJavaError) as raised:
            self.model.transform(broken).collect()
        self.assertIn("mend it, or set handleInvalid to skip or keep", str(raised.exception))
        kept = self.model.stages[1].copy().setHandleInvalid("keep").transform(broken).first()
        self.assertIsNone(kept.prediction)
        with self.assertRaises(Py4JJavaError) as raised:
            GoogLeNetClassifier(inputCol="content", labelCol="length").fit(self.photos)
        self.assertIn("workDir: is not set", str(raised.exception))


if __name__ == "__main__":
    # PySpark leaves its sockets to the garbage collector.
    unittest.main(warnings="ignore", verbosity=2)
