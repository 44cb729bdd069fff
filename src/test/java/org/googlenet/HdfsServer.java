package org.googlenet;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.hadoop.conf.Configuration;
import org.apache.hadoop.hdfs.DFSConfigKeys;
import org.apache.hadoop.hdfs.HdfsConfiguration;
import org.apache.hadoop.hdfs.MiniDFSCluster;

/** A real HDFS, one name node and one data node, in this JVM on loopback. */
public final class HdfsServer {

  private static HdfsServer shared;

  private final MiniDFSCluster cluster;

  private HdfsServer(boolean syncsOnClose) {
    try {
      Path folder = Files.createTempDirectory("hdfs-server-");
      Configuration configuration = new HdfsConfiguration();
      configuration.setBoolean(DFSConfigKeys.DFS_DATANODE_SYNCONCLOSE_KEY, syncsOnClose);
      cluster = new MiniDFSCluster.Builder(configuration, folder.toFile()).numDataNodes(1).build();
      cluster.waitActive();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The HDFS of this JVM's tests; it ends with the JVM. */
  public static synchronized HdfsServer shared() {
    if (shared == null) {
      shared = new HdfsServer(false);
    }
    return shared;
  }

  /** One of its own whose data node has each file on its disk when the file is closed. */
  public static HdfsServer thatSyncsOnClose() {
    return new HdfsServer(true);
  }

  /** {@code hdfs://127.0.0.1:PORT}. */
  public String uri() {
    return cluster.getURI().toString();
  }

  /** Stops and starts the name node, as a maintenance does; returns when it answers again. */
  public void restartNameNode() throws IOException {
    cluster.restartNameNode(true);
  }

  /** Ends the name node until {@link #restartNameNode}. */
  public void stopNameNode() {
    cluster.shutdownNameNode(0);
  }
}
