package org.googlenet.recipe;

import java.util.List;
import java.util.regex.Pattern;
import org.googlenet.recipe.Recipe.Report;

/** The recipe keys that say what shows a training, and where; none changes it. */
final class ReportKeys {

  private static final String NONE = Report.NONE;
  private static final String RUN = Report.Lineage.RUN;

  static final Key<Boolean> PAGE =
      Key.of("report.page", new ValueType.Flag())
          .means("whether the run keeps [`report.html`](report.md), renewed at each checkpoint")
          .orElse(true)
          .since("0.2.0", false)
          .free()
          .from(recipe -> recipe.report().page());

  static final Key<Boolean> TENSORBOARD =
      Key.of("report.tensorboard.events", new ValueType.Flag())
          .means("whether the run keeps event files for [TensorBoard](tracking.md#tensorboard)")
          .orElse(false)
          .since("0.2.0", false)
          .free()
          .spoken("report.tensorboard")
          .from(recipe -> recipe.report().tensorboard());

  static final Key<Integer> HISTOGRAMS =
      Key.of("report.tensorboard.histograms", new ValueType.Int(0, 1_000_000_000))
          .means("rounds between two histograms of weights and momentum; 0 for none")
          .orElse(10)
          .since("0.2.0", 0)
          .used(Condition.with(TENSORBOARD, true))
          .free()
          .from(recipe -> recipe.report().histograms());

  static final Shorthand TENSORBOARD_ALONE =
      new Shorthand(
          "report.tensorboard",
          "events",
          "event files for [TensorBoard](tracking.md#tensorboard); `true` is short for `{events: true}`");

  static final Key<String> TEXTFILE =
      Key.of("report.textfile", new ValueType.WordOr<>("none", NONE, textfile()))
          .means(
              "a file of the driver's machine in the folder that"
                  + " [node_exporter's textfile collector](monitoring.md#node_exporter) reads")
          .orElse(NONE)
          .since("0.2.0", NONE)
          .free()
          .from(recipe -> recipe.report().textfile());

  static final Key<String> MLFLOW_URI =
      Key.of("report.mlflow.uri", new ValueType.WordOr<>("none", NONE, server("tracking URI")))
          .means("the server of [MLflow](tracking.md#mlflow) that records the run")
          .orElse(NONE)
          .since("0.2.0", NONE)
          .free()
          .from(recipe -> recipe.report().mlflow().uri());

  static final Key<String> MLFLOW_EXPERIMENT =
      Key.of("report.mlflow.experiment", name("name of an experiment"))
          .means("where MLflow keeps the run; made if it is not there")
          .orElse("googlenet")
          .since("0.2.0", "googlenet")
          .used(Condition.without(MLFLOW_URI, NONE))
          .free()
          .from(recipe -> recipe.report().mlflow().experiment());

  static final Key<String> MLFLOW_MODEL =
      Key.of("report.mlflow.model", name("name of a registered model"))
          .means("the registered model that [`retrain`](tracking.md#champions) adds its models to")
          .orElse("googlenet")
          .since("0.2.0", "googlenet")
          .used(Condition.without(MLFLOW_URI, NONE))
          .free()
          .from(recipe -> recipe.report().mlflow().model());

  static final Shorthand MLFLOW =
      new Shorthand(
          "report.mlflow",
          "uri",
          "the server of [MLflow](tracking.md#mlflow) that records the run; `http://host:5000` is short for"
              + " `{uri: http://host:5000}`");

  static final Key<String> LINEAGE_URL =
      Key.of("report.openlineage.url", new ValueType.WordOr<>("none", NONE, address("URL, path")))
          .means(
              "where events of [OpenLineage](tracking.md#openlineage) go: the URL of a server, or a file of"
                  + " the driver's machine")
          .orElse(NONE)
          .since("0.2.0", NONE)
          .free()
          .from(recipe -> recipe.report().lineage().url());

  static final Key<String> LINEAGE_NAMESPACE =
      Key.of("report.openlineage.namespace", name("name of a namespace"))
          .means("the namespace of the job")
          .orElse("googlenet")
          .since("0.2.0", "googlenet")
          .used(Condition.without(LINEAGE_URL, NONE))
          .free()
          .from(recipe -> recipe.report().lineage().namespace());

  static final Key<String> LINEAGE_JOB =
      Key.of("report.openlineage.job", new ValueType.WordOr<>("run", RUN, name("name of a job")))
          .means("the job that the training is a run of; `run` for the run's id")
          .orElse(RUN)
          .since("0.2.0", RUN)
          .used(Condition.without(LINEAGE_URL, NONE))
          .free()
          .from(recipe -> recipe.report().lineage().job());

  static final Shorthand LINEAGE =
      new Shorthand(
          "report.openlineage",
          "url",
          "where events of [OpenLineage](tracking.md#openlineage) go; `http://host:5000` is short for"
              + " `{url: http://host:5000}`");

  static final List<Key<?>> ALL =
      List.of(
          PAGE,
          TENSORBOARD,
          HISTOGRAMS,
          TEXTFILE,
          MLFLOW_URI,
          MLFLOW_EXPERIMENT,
          MLFLOW_MODEL,
          LINEAGE_URL,
          LINEAGE_NAMESPACE,
          LINEAGE_JOB);

  /** The run keeps its recipe. */
  private static final String WITHOUT_SECRETS =
      "without user and password, which belong in the environment";

  private ReportKeys() {}

  /** The collector reads files of no other name, and only of its own machine. */
  private static ValueType.Text textfile() {
    return new ValueType.Text(
        Pattern.compile("(?![A-Za-z0-9+.-]+:/)(\\S|\\S[^\\p{Cntrl}]*)\\.prom"),
        "a path of the driver's machine that ends in .prom, such as"
            + " /var/lib/prometheus/node-exporter/googlenet.prom",
        "path that ends in `.prom`");
  }

  private static ValueType.Text address(String allowed) {
    return new ValueType.Text(
        Pattern.compile("(?![A-Za-z][A-Za-z0-9+.-]*://[^/]*@)(\\S|\\S[^\\p{Cntrl}]*\\S)"),
        "a path or URI on one line, " + WITHOUT_SECRETS,
        allowed);
  }

  private static ValueType.Text server(String allowed) {
    return new ValueType.Text(
        Pattern.compile("(?i)https?://[^\\s/@?#]+(/[^\\s?#]*)?"),
        "the URL of a server, such as http://host:5000, " + WITHOUT_SECRETS,
        allowed);
  }

  private static ValueType.Text name(String allowed) {
    return new ValueType.Text(
        Pattern.compile("[A-Za-z0-9._/-][A-Za-z0-9._/ -]{0,127}"),
        "1 to 128 of A-Z a-z 0-9 . _ / - and spaces",
        allowed);
  }

  static Report report(Values values) {
    boolean tensorboard = values.get(TENSORBOARD);
    String mlflow = values.get(MLFLOW_URI);
    String lineage = values.get(LINEAGE_URL);
    return new Report(
        values.get(PAGE),
        tensorboard,
        tensorboard ? values.get(HISTOGRAMS) : 0,
        values.get(TEXTFILE),
        mlflow.equals(NONE)
            ? Report.Mlflow.OFF
            : new Report.Mlflow(mlflow, values.get(MLFLOW_EXPERIMENT), values.get(MLFLOW_MODEL)),
        lineage.equals(NONE)
            ? Report.Lineage.OFF
            : new Report.Lineage(lineage, values.get(LINEAGE_NAMESPACE), values.get(LINEAGE_JOB)));
  }
}
