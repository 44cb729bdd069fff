package org.googlenet.model;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import java.util.List;
import org.deeplearning4j.nn.workspace.LayerWorkspaceMgr;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.nd4j.linalg.api.buffer.DataType;
import org.nd4j.linalg.api.ndarray.INDArray;
import org.nd4j.linalg.factory.Nd4j;

/** The windows of average pools that DL4J does not have. */
class AverageWindowsTest {

  @BeforeAll
  static void oneThread() {
    Threads.one();
  }

  @Test
  void adaptiveWindowsOf14To4OverlapAsInPyTorch() {
    AverageWindows windows = AverageWindows.adaptive(14, 4);

    assertThat(windows.from()).containsExactly(0, 3, 7, 10);
    assertThat(windows.to()).containsExactly(4, 7, 11, 14);
    assertThat(windows.areUniform()).isFalse();
    assertThat(AverageWindows.adaptive(8, 4).areUniform()).isTrue();
    assertThat(AverageWindows.adaptive(5, 4).areUniform()).as("overlapping by one").isTrue();
  }

  @Test
  void adaptiveWindowsCoverTheMapFromItsFirstPositionToItsLast() {
    for (int side = 1; side <= 64; side++) {
      for (int count = 1; count <= 8; count++) {
        AverageWindows windows = AverageWindows.adaptive(side, count);
        for (int i = 0; i < count; i++) {
          assertThat(windows.from().get(i)).isEqualTo((int) Math.floor(i * side / (double) count));
          assertThat(windows.to().get(i))
              .isEqualTo((int) Math.ceil((i + 1) * side / (double) count));
        }
      }
    }
  }

  @Test
  void aWindowOfCeilModeIsCutOffAtTheBorder() {
    assertThat(AverageWindows.ceil(6, 5, 3).from()).containsExactly(0, 3);
    assertThat(AverageWindows.ceil(6, 5, 3).to()).containsExactly(5, 6);
    assertThat(AverageWindows.ceil(4, 5, 3).to()).containsExactly(4);
    assertThat(AverageWindows.ceil(14, 5, 3).from()).containsExactly(0, 3, 6, 9);
    assertThat(AverageWindows.ceil(14, 5, 3).areUniform()).isTrue();
    assertThat(AverageWindows.ceil(7, 2, 3).from()).as("nothing begins outside").hasSize(3);
    assertThat(AverageWindows.ceil(6, 2, 3).from()).as("a rest between windows").hasSize(2);
  }

  @Test
  void aResultIsTheMeanOverItsWindowAndAGradientIsSpreadOverIt() {
    AverageWindows windows = AverageWindows.adaptive(7, 3);
    INDArray maps = Nd4j.rand(DataType.FLOAT, 2, 3, 7, 7);
    INDArray upstream = Nd4j.rand(DataType.FLOAT, 2, 3, 3, 3);
    LayerWorkspaceMgr workspaces = LayerWorkspaceMgr.noWorkspaces();

    INDArray pooled = windows.preProcess(maps, 2, workspaces);
    INDArray spread = windows.backprop(upstream, 2, workspaces);

    INDArray expected = Nd4j.zeros(DataType.FLOAT, 2, 3, 7, 7);
    for (int n = 0; n < 2; n++) {
      for (int c = 0; c < 3; c++) {
        for (int row = 0; row < 3; row++) {
          for (int column = 0; column < 3; column++) {
            double sum = 0;
            int area = 0;
            for (int y = windows.from().get(row); y < windows.to().get(row); y++) {
              for (int x = windows.from().get(column); x < windows.to().get(column); x++) {
                sum += maps.getDouble(n, c, y, x);
                area++;
              }
            }
            assertThat(pooled.getDouble(n, c, row, column)).isCloseTo(sum / area, within(1e-6));
            for (int y = windows.from().get(row); y < windows.to().get(row); y++) {
              for (int x = windows.from().get(column); x < windows.to().get(column); x++) {
                double more = upstream.getDouble(n, c, row, column) / area;
                expected.putScalar(new int[] {n, c, y, x}, expected.getDouble(n, c, y, x) + more);
              }
            }
          }
        }
      }
    }
    assertThat(spread.equalsWithEps(expected, 1e-6)).isTrue();
  }

  @Test
  void windowsThatAreNotOnTheMapAreRefused() {
    assertThatThrownBy(() -> new AverageWindows(4, List.of(0, 2), List.of(2, 5)))
        .isInstanceOf(ModelProblem.class)
        .hasMessageContaining("[2, 5]")
        .hasMessageContaining("side 4");
    for (List<Integer> to : List.of(List.of(0), List.of(-1), List.<Integer>of(), List.of(1, 2))) {
      assertThatThrownBy(() -> new AverageWindows(4, List.of(0), to))
          .isInstanceOf(ModelProblem.class);
    }
  }

  @Test
  void mapsOfAnotherSideAreRefused() {
    INDArray maps = Nd4j.zeros(DataType.FLOAT, 1, 2, 6, 7);
    assertThatThrownBy(
            () ->
                AverageWindows.adaptive(7, 4).preProcess(maps, 1, LayerWorkspaceMgr.noWorkspaces()))
        .isInstanceOf(ModelProblem.class)
        .hasMessageContaining("side 7")
        .hasMessageContaining("[1, 2, 6, 7]");
  }
}
