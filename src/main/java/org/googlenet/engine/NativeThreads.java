package org.googlenet.engine;

import java.util.Locale;
import java.util.Map;
import org.googlenet.common.NativeFolder;
import org.nd4j.linalg.factory.Nd4j;
import org.nd4j.nativeblas.NativeOps;
import org.nd4j.nativeblas.NativeOpsHolder;

/**
 * Sets how many threads the native libraries use when called from the current thread.
 *
 * <p>OpenMP keeps this number for each thread: ND4J sets 4 in the thread that initialises it,
 * whatever the machine has, and other threads start from {@code OMP_NUM_THREADS} (Spark sets it to
 * 1 on executors) or from the number of cores. So every task sets it, in the thread that computes.
 */
public final class NativeThreads {

  static {
    NativeFolder.choose();
  }

  /** OpenMP ends the process if the system does not give it the threads that it was told to use. */
  private static final int MOST = 1024;

  private NativeThreads() {}

  /**
   * Sets the number for the calling thread.
   *
   * @param threads 1 to 1,024
   * @throws IllegalArgumentException if it is another number
   * @throws EngineProblem if the environment keeps OpenMP from using so many
   */
  public static void use(int threads) {
    require(threads);
    requireOpenMp(System.getenv(), threads);
    // The back end must be loaded first: the holder of its operations does not do that.
    Nd4j.getBackend();
    NativeOpsHolder.getInstance().getDeviceNativeOps().setOmpNumThreads(threads);
    Nd4j.factory().blas().setMaxThreads(threads);
  }

  /**
   * Refuses what makes OpenMP use fewer threads than it is told: oneDNN's kernels wait for the
   * others for ever then, or write where they must not.
   */
  static void requireOpenMp(Map<String, String> environment, int threads) {
    String dynamic = environment.getOrDefault("OMP_DYNAMIC", "").strip();
    if (dynamic.equalsIgnoreCase("true") || dynamic.equals("1")) {
      throw new EngineProblem(
          "OMP_DYNAMIC: %s: OpenMP would use fewer threads than it is told; unset it"
              .formatted(dynamic));
    }
    String limit = environment.getOrDefault("OMP_THREAD_LIMIT", "").strip();
    if (limit.matches("[0-9]{1,9}") && Integer.parseInt(limit) < threads) {
      throw new EngineProblem(
          "OMP_THREAD_LIMIT: %s: is less than the %s threads to compute with; unset it, or take fewer threads"
              .formatted(limit, threads));
    }
  }

  /** Checks a number of threads, and returns it. */
  static int require(int threads) {
    if (threads < 1 || threads > MOST) {
      throw new IllegalArgumentException(
          String.format(Locale.ROOT, "threads: %d: must be 1 to %,d", threads, MOST));
    }
    return threads;
  }

  /** The number of threads that native calls from the current thread use. */
  public static int inUse() {
    Nd4j.getBackend();
    return NativeOpsHolder.getInstance().getDeviceNativeOps().ompGetMaxThreads();
  }

  /**
   * What decides, besides the number of threads, how sums are rounded: the architecture and the
   * level of vector instructions of this machine, by which OpenBLAS chooses its kernels, and the
   * level that ND4J's library was built for (on x86-64: 0 SSE, 1 AVX, 2 AVX2, 3 AVX-512).
   */
  public static String instructions() {
    Nd4j.getBackend();
    NativeOps natives = NativeOpsHolder.getInstance().getDeviceNativeOps();
    return String.format(
        Locale.ROOT,
        "%s level %d, built for %d",
        System.getProperty("os.arch"),
        natives.optimalLevel(),
        natives.binaryLevel());
  }
}
