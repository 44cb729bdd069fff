package org.googlenet.preflight;

import org.googlenet.engine.EngineChoice;

/**
 * An executor's answer to {@link HostQuestion}: its engine, data, clock and memory.
 *
 * @param executorId Spark's id of it
 * @param host its machine
 * @param clock its time, in milliseconds since 1970
 * @param engine that it can use, or null
 * @param stateBytes of parameters and momentum; 0 without an engine
 * @param engineProblem why it cannot use one, or null
 * @param dataProblem why it cannot read the data sets, or null
 * @param dataProblemCode the exit code of that problem
 * @param memory of its JVM and its machine
 */
record HostReport(
    String executorId,
    String host,
    long clock,
    EngineChoice engine,
    long stateBytes,
    String engineProblem,
    String dataProblem,
    int dataProblemCode,
    HostMemory memory)
    implements Executors.Answer {

  String where() {
    return host + "/" + executorId;
  }
}
