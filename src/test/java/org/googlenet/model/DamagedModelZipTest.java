package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipInputStream;
import java.util.zip.ZipOutputStream;
import org.deeplearning4j.nn.conf.ComputationGraphConfiguration;
import org.deeplearning4j.nn.conf.NeuralNetConfiguration;
import org.deeplearning4j.nn.conf.inputs.InputType;
import org.deeplearning4j.nn.conf.layers.OutputLayer;
import org.deeplearning4j.nn.graph.ComputationGraph;
import org.googlenet.Mutations;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.nd4j.linalg.activations.Activation;
import org.nd4j.linalg.lossfunctions.LossFunctions.LossFunction;

/** A damaged model.zip is read as a network, or refused with one line. */
@Timeout(value = 3, unit = TimeUnit.MINUTES)
class DamagedModelZipTest {

  private static final int COPIES = 3_000;

  private static String json;
  private static float[] parameters;

  @BeforeAll
  static void aTinyNetwork() {
    Threads.one();
    ComputationGraphConfiguration configuration =
        new NeuralNetConfiguration.Builder()
            .updater(new MomentumSgd(0.9, new LearningRateSchedule.Polynomial(0.01, 1, 100, 5), 5))
            .graphBuilder()
            .addInputs("in")
            .setInputTypes(InputType.feedForward(3))
            .addLayer(
                "out",
                new OutputLayer.Builder(LossFunction.MCXENT)
                    .nOut(2)
                    .activation(Activation.SOFTMAX)
                    .build(),
                "in")
            .setOutputs("out")
            .build();
    ComputationGraph network = new ComputationGraph(configuration);
    network.init();
    json = network.getConfiguration().toJson();
    parameters = network.params().dup('c').data().asFloat();
  }

  @Test
  void aZip() throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelZip.write(out, json, parameters, parameters);
    byte[] good = out.toByteArray();
    assertThat(ModelZip.read(good, "model.zip").parameters()).isEqualTo(parameters);
    Mutations.Reader reader = damaged -> ModelZip.read(damaged, "model.zip");
    assertThat(Mutations.refused(COPIES, good, Mutations::bytes, reader, ModelProblem.class))
        .isBetween(COPIES / 2, COPIES);
    assertThat(Mutations.refused(COPIES, good, Mutations::inPlace, reader, ModelProblem.class))
        .isBetween(COPIES / 2, COPIES);
  }

  /** A checksum that is right again lets the damage through to what reads the entries. */
  @Tag("slow")
  @Test
  void theConfigurationInAZip() throws IOException {
    assertThat(
            Mutations.refused(
                COPIES,
                json.getBytes(StandardCharsets.UTF_8),
                Mutations::json,
                damaged -> ModelZip.read(zip(damaged, array(parameters)), "model.zip"),
                ModelProblem.class))
        .isBetween(COPIES / 4, COPIES);
  }

  @Test
  void theArrayInAZip() throws IOException {
    byte[] configuration = json.getBytes(StandardCharsets.UTF_8);
    assertThat(
            Mutations.refused(
                COPIES,
                array(parameters),
                Mutations::bytes,
                damaged -> ModelZip.read(zip(configuration, damaged), "model.zip"),
                ModelProblem.class))
        .isBetween(COPIES / 4, COPIES);
  }

  private static byte[] array(float[] values) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ModelZip.write(out, json, values, null);
    try (ZipInputStream zip =
        new ZipInputStream(new ByteArrayInputStream(out.toByteArray()), StandardCharsets.UTF_8)) {
      for (ZipEntry entry = zip.getNextEntry(); entry != null; entry = zip.getNextEntry()) {
        if (entry.getName().equals("coefficients.bin")) {
          return zip.readAllBytes();
        }
      }
    }
    throw new AssertionError("no coefficients.bin");
  }

  private static byte[] zip(byte[] configuration, byte[] array) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out, StandardCharsets.UTF_8)) {
      zip.setMethod(ZipOutputStream.STORED);
      put(zip, "configuration.json", configuration);
      put(zip, "coefficients.bin", array);
    }
    return out.toByteArray();
  }

  private static void put(ZipOutputStream zip, String name, byte[] content) throws IOException {
    CRC32 crc = new CRC32();
    crc.update(content);
    ZipEntry entry = new ZipEntry(name);
    entry.setSize(content.length);
    entry.setCrc(crc.getValue());
    zip.putNextEntry(entry);
    zip.write(content);
    zip.closeEntry();
  }
}
