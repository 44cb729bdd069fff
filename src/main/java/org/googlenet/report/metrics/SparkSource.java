package org.googlenet.report.metrics;

import com.codahale.metrics.Gauge;
import com.codahale.metrics.MetricRegistry;
import java.time.Clock;
import java.util.HashSet;
import java.util.Set;
import org.apache.spark.SparkEnv;
import org.apache.spark.metrics.MetricsSystem;
import org.apache.spark.metrics.source.Source;
import org.googlenet.report.TrainingEvent;
import org.googlenet.report.TrainingListener;
import org.googlenet.run.RunFiles;
import scala.collection.JavaConverters;

/**
 * Gives a training's values to Spark's own metrics system on the driver, and so to each sink that
 * Spark's settings name: the page {@code /metrics/prometheus} of its UI, JMX, Graphite.
 *
 * <p>Dropwizard's gauges have no labels: {@code loss.main} is {@link Metric#LOSS} of the head main.
 * A gauge appears when its value is first known. They stay when the training has ended, until
 * another one of the same Spark begins.
 */
public final class SparkSource implements TrainingListener, Source {

  /** Its name, between the driver's and the metric's. */
  public static final String NAME = "training";

  private final NewestValues values = new NewestValues(Clock.systemUTC());
  private final MetricRegistry registry = new MetricRegistry();
  private final Set<Series> shown = new HashSet<>();
  private boolean registered;

  @Override
  public String sourceName() {
    return NAME;
  }

  @Override
  public MetricRegistry metricRegistry() {
    return registry;
  }

  @Override
  public void begin(RunFiles files) {
    values.begin(files);
  }

  @Override
  public void on(TrainingEvent event) {
    values.on(event);
    if (!registered) {
      registered = true;
      register();
    }
    values.all().keySet().stream().filter(shown::add).forEach(this::show);
  }

  /** In place of that of an earlier training. */
  private void register() {
    SparkEnv environment = SparkEnv.get();
    if (environment != null) {
      MetricsSystem metrics = environment.metricsSystem();
      JavaConverters.seqAsJavaList(metrics.getSourcesByName(NAME)).forEach(metrics::removeSource);
      metrics.registerSource(this);
    }
  }

  private void show(Series series) {
    Gauge<Double> gauge = () -> values.of(series);
    String name = series.metric().shortName();
    registry.register(
        series.label().isEmpty() ? name : MetricRegistry.name(name, series.label()), gauge);
  }
}
