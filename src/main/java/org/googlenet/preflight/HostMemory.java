package org.googlenet.preflight;

import com.sun.management.OperatingSystemMXBean;
import java.io.IOException;
import java.io.Serializable;
import java.lang.management.ManagementFactory;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The memory of a JVM and of its machine or container, in bytes.
 *
 * @param heap the largest size that its heap may have
 * @param resident what the process uses now, heap and native; 0 if that is not known
 * @param total of the machine, or of the container if that has less
 * @param available what could be used now without swapping; the total if that is not known
 * @param container whether a container limits it
 */
record HostMemory(long heap, long resident, long total, long available, boolean container)
    implements Serializable {

  private static final Path MACHINE = Path.of("/proc/meminfo");
  private static final Path PROCESS = Path.of("/proc/self/status");
  private static final long UNKNOWN = -1;

  /** The memory of this JVM, at this moment. */
  static HostMemory now() {
    OperatingSystemMXBean system =
        (OperatingSystemMXBean) ManagementFactory.getOperatingSystemMXBean();
    long total = system.getTotalMemorySize();
    boolean container = total < kilobytes(MACHINE, "MemTotal:");
    long available = container ? system.getFreeMemorySize() : kilobytes(MACHINE, "MemAvailable:");
    return new HostMemory(
        Runtime.getRuntime().maxMemory(),
        Math.max(0, kilobytes(PROCESS, "VmRSS:")),
        total,
        available == UNKNOWN ? total : available,
        container);
  }

  /** The value of a line such as {@code VmRSS: 123 kB}, in bytes. */
  private static long kilobytes(Path file, String key) {
    try {
      for (String line : Files.readAllLines(file, StandardCharsets.UTF_8)) {
        if (line.startsWith(key)) {
          return 1024 * Long.parseLong(line.substring(key.length()).replace("kB", "").strip());
        }
      }
    } catch (IOException e) {
      // Not Linux.
    }
    return UNKNOWN;
  }
}
