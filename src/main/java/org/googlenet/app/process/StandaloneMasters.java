package org.googlenet.app.process;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.UnknownHostException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.apache.spark.SecurityManager;
import org.apache.spark.SparkConf;
import org.apache.spark.rpc.RpcAddress;
import org.apache.spark.rpc.RpcEnv;
import org.googlenet.common.ExitCode;
import org.googlenet.common.Failure;
import scala.Option;

/**
 * Asks the masters of a standalone cluster whether one accepts applications of this Spark. Spark
 * itself tries for minutes, and reports a master that is down, one of another Spark version and a
 * wrong secret in the same way.
 */
public final class StandaloneMasters {

  static final String PREFIX = "spark://";

  private static final int CONNECT_MILLIS = 5_000;
  private static final String ANSWER = "10s";

  /** The name of the endpoint on which Spark's masters accept applications. */
  private static final String ENDPOINT = "Master";

  /** The words of Spark's transport for a handshake that one side does not know, or that failed. */
  private static final Pattern SECRET =
      Pattern.compile("(?i)sasl|authenticat|secret|challenge|cipher|unknown message type");

  /** The words of Java's serialisation for classes that differ. */
  private static final Pattern VERSION =
      Pattern.compile(
          "InvalidClassException|serialVersionUID|ClassNotFoundException|NoSuchMethodError|StreamCorruptedException|NoClassDefFoundError");

  private final SparkConf conf;

  public StandaloneMasters(SparkConf conf) {
    this.conf =
        conf.clone()
            .set("spark.rpc.lookupTimeout", ANSWER)
            .set("spark.rpc.io.connectionCreationTimeout", ANSWER)
            .set("spark.network.auth.rpcTimeout", ANSWER)
            .set("spark.rpc.numRetries", "1");
  }

  /**
   * Returns if one of the masters answers as it should.
   *
   * @throws SparkProblem if none does, with the problem of each; the code is 7 if one of them is
   *     not up, and 2 otherwise
   */
  static void require(SparkConf conf) {
    new StandaloneMasters(conf).require();
  }

  private void require() {
    String url = conf.get("spark.master");
    List<SparkProblem> problems = new ArrayList<>();
    for (String master : url.substring(PREFIX.length()).split(",", -1)) {
      try {
        ask(address(url, master));
        return;
      } catch (SparkProblem problem) {
        problems.add(problem);
      }
    }
    boolean passes = problems.stream().anyMatch(p -> p.exitCode() == ExitCode.UNAVAILABLE);
    String all = String.join("; ", problems.stream().map(SparkProblem::getMessage).toList());
    Throwable cause = problems.get(0).getCause();
    throw passes ? SparkProblem.passing(all, cause) : SparkProblem.toMend(all, cause);
  }

  private static RpcAddress address(String url, String master) {
    try {
      return RpcAddress.fromSparkURL(PREFIX + master);
    } catch (Exception e) { // a SparkException, which Scala does not declare
      throw SparkProblem.toMend(
          "master %s: is not spark://HOST:PORT, or spark://HOST:PORT,HOST:PORT for several"
              .formatted(url),
          e);
    }
  }

  private void ask(RpcAddress master) {
    connect(master);
    SecurityManager security =
        new SecurityManager(conf, Option.empty(), SecurityManager.$lessinit$greater$default$3());
    RpcEnv client = RpcEnv.create("googlenet", "localhost", 0, conf, security, true);
    try {
      client.setupEndpointRef(master, ENDPOINT);
    } catch (Exception e) { // of any type, as Scala does not declare any
      throw problem(master, e);
    } finally {
      client.shutdown();
    }
  }

  private static void connect(RpcAddress master) {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress(master.host(), master.port()), CONNECT_MILLIS);
    } catch (UnknownHostException e) {
      throw SparkProblem.toMend(
          "master %s: its host is not known here; look at the name".formatted(master.toSparkURL()),
          e);
    } catch (IOException e) {
      throw SparkProblem.passing(
          "master %s: does not answer (%s); look whether it is up and listens there"
              .formatted(master.toSparkURL(), SparkProblem.reason(e)),
          e);
    }
  }

  /** The problem to report for a failure to get an answer. */
  public SparkProblem problem(RpcAddress master, Exception failure) {
    String said = all(failure);
    String url = master.toSparkURL();
    if (VERSION.matcher(said).find()) {
      return SparkProblem.toMend(
          "master %s: is of another Spark than this one (%s), and the job needs a cluster of Spark 3.5; name one"
              .formatted(url, org.apache.spark.package$.MODULE$.SPARK_VERSION()),
          failure);
    }
    if (said.contains("Cannot find endpoint")) {
      return SparkProblem.toMend(
          "master %s: there is a Spark, but no master; name the master's port, 7077 as a rule"
              .formatted(url),
          failure);
    }
    if (said.contains("TimeoutException")) {
      return SparkProblem.passing(
          "master %s: takes connections and gives no answer within %s; look at its log"
              .formatted(url, ANSWER),
          failure);
    }
    // If the driver has a secret, it learns only that a handshake failed.
    if (SECRET.matcher(said).find() || conf.getBoolean("spark.authenticate", false)) {
      return SparkProblem.toMend(
          "master %s: the secrets of cluster and driver differ, or one of the two has none; look at spark.authenticate, spark.authenticate.secret and spark.network.crypto of both"
              .formatted(url),
          failure);
    }
    return SparkProblem.toMend(
        "master %s: does not answer as a master of this Spark does (%s); name the master's port, 7077 as a rule, and look at its log"
            .formatted(url, SparkProblem.reason(Failure.root(failure))),
        failure);
  }

  /**
   * The types and messages of a failure and its causes; the other side's stack trace is in a
   * message.
   */
  private static String all(Throwable failure) {
    StringBuilder said = new StringBuilder();
    for (Throwable cause = failure; cause != null; cause = cause.getCause()) {
      said.append(cause).append('\n');
    }
    return said.toString();
  }
}
