package org.googlenet.app.io;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.PrintWriter;
import java.io.StringWriter;
import java.util.List;
import org.googlenet.profile.Profile;
import org.googlenet.profile.StepProfile;
import org.googlenet.profile.StepProfile.Part;
import org.junit.jupiter.api.Test;

class ProfileTableTest {

  private static Part part(String name, double ms) {
    return new Part(name, "convolution", ms, ms, 0, ms / 1000, null);
  }

  @Test
  void whatIsNoLayerIsNotAmongTheOtherLayers() {
    StepProfile step =
        new StepProfile(
            1000,
            1000,
            List.of(
                part("large", 990),
                part("a", 2),
                part("b", 3),
                part(StepProfile.UPDATE, 4),
                part(StepProfile.REST, 1)),
            List.of());
    StringWriter text = new StringWriter();
    ProfileTable.print(
        new PrintWriter(text, true),
        new Profile(
            "onednn", "fp32", "avx2", 1, 32, 96, new Profile.Decoding(1, 5), step, step, null),
        false);
    assertThat(text.toString())
        .containsPattern("large +990.00")
        .containsPattern("update +4.00")
        .containsPattern("input, dropout, loss +1.00")
        .containsPattern("2 other layers +5.00")
        .doesNotContain("  a ");
  }
}
