package org.googlenet.dl4j;

import org.apache.spark.util.LongAccumulator;
import org.deeplearning4j.nn.api.Model;
import org.deeplearning4j.spark.api.TrainingHook;
import org.nd4j.linalg.dataset.api.DataSet;
import org.nd4j.linalg.dataset.api.MultiDataSet;

/** Counts the examples that workers train on. */
record CountingHook(LongAccumulator examples) implements TrainingHook {

  @Override
  public void preUpdate(DataSet batch, Model model) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void postUpdate(DataSet batch, Model model) {
    throw new UnsupportedOperationException();
  }

  @Override
  public void preUpdate(MultiDataSet batch, Model model) {}

  @Override
  public void postUpdate(MultiDataSet batch, Model model) {
    examples.add(batch.getFeatures(0).size(0));
  }
}
