package org.googlenet.averaging;

import java.io.Serializable;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.spark.SparkContext;
import org.apache.spark.api.plugin.DriverPlugin;
import org.apache.spark.api.plugin.ExecutorPlugin;
import org.apache.spark.api.plugin.PluginContext;
import org.apache.spark.api.plugin.SparkPlugin;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries the workers' questions to their round's {@link Quorum} on the driver. It is a plugin of
 * Spark, so its messages use Spark's own connections, encrypted and authenticated if those are.
 *
 * <p>It must be among {@code spark.plugins} when Spark starts. Spark creates the plugin's objects
 * itself, so what they share with the rounds is static, one per JVM.
 */
public final class QuorumPlugin implements SparkPlugin {

  private static final Logger LOG = LoggerFactory.getLogger(QuorumPlugin.class);
  private static final String SETTING = "spark.plugins";

  /** On the driver: the running rounds. */
  private static final Map<Long, Quorum> ROUNDS = new ConcurrentHashMap<>();

  private static final AtomicLong NEXT_ROUND = new AtomicLong();

  /** On an executor: the connection to the driver. */
  private static volatile PluginContext executor;

  /** The value that {@code spark.plugins} should have, given its current value. */
  public static String among(String plugins) {
    String name = QuorumPlugin.class.getName();
    return plugins.isBlank() ? name : plugins + "," + name;
  }

  /** A running round, whose workers may ask until it is closed. */
  public record Watch(long id) implements AutoCloseable {

    /**
     * Starts answering the workers of a round.
     *
     * @throws IllegalStateException if Spark was started without this plugin
     */
    public static Watch of(SparkContext spark, Quorum quorum) {
      if (!spark.getConf().get(SETTING, "").contains(QuorumPlugin.class.getName())) {
        throw new IllegalStateException(
            "averaging.quorum below 1 needs the setting %s=%s when Spark starts"
                .formatted(SETTING, QuorumPlugin.class.getName()));
      }
      Watch watch = new Watch(NEXT_ROUND.incrementAndGet());
      ROUNDS.put(watch.id, quorum);
      return watch;
    }

    /** The signal that the workers receive. */
    CutSignal cutSignal() {
      return new Asking(id);
    }

    @Override
    public void close() {
      ROUNDS.remove(id);
    }
  }

  private record Question(long round, int worker, long examples) implements Serializable {}

  private record Asking(long round) implements CutSignal {

    /**
     * Asks the driver. If the driver does not answer, it will not accept the result either; so the
     * worker simply goes on.
     */
    @Override
    public boolean isCut(int worker, long examples) {
      if (executor == null) {
        throw new IllegalStateException(
            "the executor was started without the setting %s=%s"
                .formatted(SETTING, QuorumPlugin.class.getName()));
      }
      try {
        return (Boolean) executor.ask(new Question(round, worker, examples));
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return false;
      } catch (Exception e) {
        LOG.warn("worker {}: the driver does not say whether the round is cut", worker, e);
        return false;
      }
    }

    @Override
    public boolean mayCut() {
      return true;
    }
  }

  @Override
  public DriverPlugin driverPlugin() {
    return new DriverPlugin() {
      @Override
      public Object receive(Object message) {
        Question question = (Question) message;
        Quorum quorum = ROUNDS.get(question.round);
        return quorum == null || quorum.isCut(question.worker, question.examples);
      }
    };
  }

  @Override
  public ExecutorPlugin executorPlugin() {
    return new ExecutorPlugin() {
      @Override
      public void init(PluginContext context, Map<String, String> settings) {
        executor = context;
      }
    };
  }
}
