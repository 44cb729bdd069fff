package org.googlenet.data.format.list;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.googlenet.Mutations;
import org.googlenet.data.format.DataProblem;
import org.googlenet.data.format.Fields;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

class ImageListTest {

  /** What a list has, a line for each of its lines. */
  private static final class Lines implements ImageList.Visitor {

    private final List<String> told = new ArrayList<>();

    @Override
    public void image(int line, String image, String label, String key) {
      told.add(line + ": " + image + " | " + label + " | " + key);
    }

    @Override
    public void bad(int line, String reason) {
      told.add(line + " bad: " + reason);
    }

    @Override
    public void passedOver(int line, String kind) {
      told.add(line + " is one of the " + kind);
    }
  }

  private static List<String> read(byte[] list, Fields fields) throws IOException {
    Lines lines = new Lines();
    ImageList.read(new ByteArrayInputStream(list), "list x.csv", fields, lines);
    return lines.told;
  }

  private static List<String> read(String list) throws IOException {
    return read(list.getBytes(UTF_8), Fields.DEFAULT);
  }

  @Test
  void withoutAHeaderTheColumnsAreImageLabelAndKey() throws IOException {
    assertThat(read("a/1.jpg,cat\n/b/2.x.png,7,two\ns3a://c/d/3.jpg,dog\n"))
        .containsExactly(
            "1: a/1.jpg | cat | a/1",
            "2: /b/2.x.png | 7 | two",
            "3: s3a://c/d/3.jpg | dog | c/d/3");
  }

  @Test
  void aHeaderMayHaveTheColumnsInAnyOrder() throws IOException {
    assertThat(read("Label,height,Path\ncat,300,1.jpg\n")).containsExactly("2: 1.jpg | cat | 1");
  }

  @Test
  void columnsMayBeNamed() throws IOException {
    assertThat(read("a,b,c\nx,1.jpg,cat\n".getBytes(UTF_8), new Fields("b", "c", "a")))
        .containsExactly("2: 1.jpg | cat | x");
    assertThatThrownBy(() -> read("a,b,c\n".getBytes(UTF_8), new Fields("img", "c", "")))
        .isInstanceOf(DataProblem.class)
        .hasMessage(
            "list x.csv: its first line (a, b, c) does not have the columns of image and label; name them with --image-field and --label-field");
  }

  @Test
  void keysThatAreGivenAreKeptWhole() throws IOException {
    assertThat(read("1.a.jpg,cat,img.1\n1.b.jpg,cat,img.2\n1.c.jpg,cat\n"))
        .containsExactly(
            "1: 1.a.jpg | cat | img%2E1", "2: 1.b.jpg | cat | img%2E2", "3: 1.c.jpg | cat | 1%2Ec");
  }

  @Test
  void fieldsMayBeQuotedAsByRfc4180() throws IOException {
    assertThat(read("\"a,1.jpg\",\"tench, \"\"Tinca\"\"\"\r\n2.jpg,\"cat\"\r\n3.jpg,dog"))
        .containsExactly(
            "1: a,1.jpg | tench, \"Tinca\" | a,1", "2: 2.jpg | cat | 2", "3: 3.jpg | dog | 3");
  }

  @Test
  void aTabMayStandForTheComma() throws IOException {
    assertThat(read("1.jpg\tcat\n2.jpg\tdog, wild\n"))
        .containsExactly("1: 1.jpg | cat | 1", "2: 2.jpg | dog, wild | 2");
  }

  @Test
  void jsonLinesAreRead() throws IOException {
    assertThat(
            read(
                """
                {"uri": "1.jpg", "label": 3}

                {"file_name": "2.jpg", "label": "tench, Tinca tinca", "key": "two"}
                {"file_name": "3.jpg"
                """))
        .containsExactly(
            "1: 1.jpg | 3 | 1",
            "2 is one of the blank lines",
            "3: 2.jpg | tench, Tinca tinca | two",
            "4 bad: is not JSON");
  }

  @Test
  void aByteOrderMarkIsIgnoredAndCommentsAreSaid() throws IOException {
    assertThat(read("\uFEFFpath,label\n# old ones\n\n1.jpg,cat\n"))
        .containsExactly(
            "2 is one of the comment lines", "3 is one of the blank lines", "4: 1.jpg | cat | 1");
  }

  @Test
  void eachLineThatNamesNoImageOrLabelIsSaid() throws IOException {
    assertThat(read("1.jpg,cat\n2.jpg\n,dog\n\"3.jpg\"x,dog\n4.jpg,dog\n\"5.jpg,dog\n6.jpg,cat"))
        .containsExactly(
            "1: 1.jpg | cat | 1",
            "2 bad: has no label for image '2.jpg'",
            "3 bad: names no image (a path or URI, by comma from its label)",
            "4 bad: has text behind a quoted field",
            "5: 4.jpg | dog | 4",
            "6 bad: has a quote that is not closed in the same line",
            "7: 6.jpg | cat | 6");
  }

  @Test
  void aStrayQuoteCostsItsOwnLineOnly() throws IOException {
    String many = "x.jpg,cat\r\n".repeat(1000);
    List<String> lines =
        read("\"\"\"1.jpg,cat\r\n2.jpg,\"a\r\nb\"\n" + many + "\"y.jpg\",\"dog\"\r\n");
    assertThat(lines)
        .hasSize(1004)
        .startsWith(
            "1 bad: has a quote that is not closed in the same line",
            "2 bad: has a quote that is not closed in the same line",
            "3 bad: has no label for image 'b\"'")
        .endsWith("1004: y.jpg | dog | y");
  }

  @Test
  void aFieldThatIsTooLongCostsItsOwnLineOnly() throws IOException {
    assertThat(read("1.jpg," + "x".repeat(70_000) + "\n2.jpg,cat\n"))
        .containsExactly("1 bad: has a field of more than 65536 characters", "2: 2.jpg | cat | 2");
  }

  @Test
  void aLineThatIsNotUtf8IsSaid() throws IOException {
    assertThat(read("caf\u00e9.jpg,cat\n".getBytes(ISO_8859_1), Fields.DEFAULT))
        .containsExactly("1 bad: is not in UTF-8");
  }

  @Test
  void aDamagedListIsReadOrSaid() {
    damage(300);
  }

  @Test
  @Tag("long")
  void aListDamagedInTenThousandWaysIsReadOrSaid() {
    damage(5_000);
  }

  private static void damage(int copies) {
    byte[] csv = "path,label\n\"a, b.jpg\",cat\n2.jpg,\"tench, Tinca\"\n3.jpg,1\n".getBytes(UTF_8);
    byte[] json =
        "{\"uri\": \"1.jpg\", \"label\": 3}\n{\"uri\": \"2.jpg\", \"label\": \"x\"}\n"
            .getBytes(UTF_8);
    Mutations.Reader reader =
        list -> assertThat(read(list, Fields.DEFAULT)).allMatch(line -> line.lines().count() == 1);
    assertThat(Mutations.refused(copies, csv, Mutations::bytes, reader, DataProblem.class))
        .isZero();
    assertThat(Mutations.refused(copies, json, Mutations::json, reader, DataProblem.class))
        .isZero();
  }
}
