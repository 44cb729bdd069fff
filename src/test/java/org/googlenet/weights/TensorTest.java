package org.googlenet.weights;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A view of a storage lies in it, whatever a file says. */
class TensorTest {

  private static final ByteBuffer FOUR = ByteBuffer.allocate(4 * Float.BYTES);

  @ParameterizedTest
  @ValueSource(longs = {-1, 2, 5, 1L << 32, Long.MAX_VALUE - 1, Long.MAX_VALUE})
  void aViewThatBeginsOrEndsOutsideItsStorageIsRefused(long offset) {
    assertThatThrownBy(
            () ->
                Tensor.strided(List.of(3), ElementType.FLOAT32, FOUR, offset, List.of(1L)).values())
        .isInstanceOf(IllegalArgumentException.class);
  }

  @Test
  void aViewOfAllOfItsStorageIsRead() {
    assertThat(Tensor.strided(List.of(3), ElementType.FLOAT32, FOUR, 1, List.of(1L)).values())
        .hasSize(3);
  }
}
