package org.googlenet.engine;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.ObjectInputStream;
import java.io.ObjectOutputStream;
import org.junit.jupiter.api.Test;

class ActiveUnitsTest {

  @Test
  void aUnitIsDeadIfNoStepOfNoWorkerSawItsGradient() {
    ActiveUnits one = new ActiveUnits();
    one.add(0, new float[] {0, 1e-30f, -0f, 0});
    one.add(0, new float[] {0, 0, 0, -1});
    ActiveUnits other = new ActiveUnits();
    other.add(0, new float[] {2, 0, 0, 0});
    other.add(2, new float[] {0, 0});

    one.add(other);
    one.add(new ActiveUnits());

    assertThat(one.deadShares()).containsExactly(0.25, Double.NaN, 1);
  }

  @Test
  void itTravelsInLessThanAKilobyte() throws IOException, ClassNotFoundException {
    ActiveUnits units = new ActiveUnits();
    for (int head = 0; head < 3; head++) {
      float[] gradients = new float[1024];
      gradients[1023 - head] = 1;
      units.add(head, gradients);
    }
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ObjectOutputStream out = new ObjectOutputStream(bytes)) {
      out.writeObject(units);
    }

    assertThat(bytes.size()).isLessThan(1024);
    try (ObjectInputStream in =
        new ObjectInputStream(new ByteArrayInputStream(bytes.toByteArray()))) {
      assertThat(((ActiveUnits) in.readObject()).deadShares()).isEqualTo(units.deadShares());
    }
  }
}
