package org.googlenet.report.mlflow;

import java.io.FileNotFoundException;
import java.io.IOException;
import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.googlenet.run.RunFiles;
import org.googlenet.storage.ObjectStore;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Copies the small files that people read from a run to where MLflow shows them: through the
 * server, or into its folder on this machine. Where MLflow's artefacts lie elsewhere nothing is
 * copied; the run of MLflow says where the files are.
 */
final class Artifacts {

  private static final Logger LOG = LoggerFactory.getLogger(Artifacts.class);

  private static final List<String> NAMES =
      List.of(RunFiles.RECIPE, "report.html", "MODEL_CARD.md");
  private static final int LARGEST = 32 << 20;
  private static final String PROXIED = "mlflow-artifacts:/";

  private Artifacts() {}

  /**
   * Copies what there is.
   *
   * @throws org.googlenet.report.rest.RestProblem if the server does not take it
   */
  static void copy(ObjectStore from, TrackedRun to) {
    for (String name : NAMES) {
      try {
        put(to, name, from.readBytes(name, LARGEST));
      } catch (FileNotFoundException none) {
        // A run need not have each of them.
      } catch (IOException e) {
        LOG.debug("{}/{}: is not copied to MLflow", from.location(), name, e);
      }
    }
  }

  private static void put(TrackedRun run, String name, byte[] content) throws IOException {
    URI root = root(run.artifacts());
    boolean isHere = root.getScheme() == null || root.getScheme().equals("file");
    if (run.artifacts().startsWith(PROXIED) && root.getRawAuthority() == null) {
      String path = root.getRawPath().replaceFirst("^/+", "");
      run.server().rest().put("/api/2.0/mlflow-artifacts/artifacts/" + path + "/" + name, content);
    } else if (isHere && root.getPath().startsWith("/") && isThisMachine(run.server())) {
      Path folder = Files.createDirectories(Path.of(root.getPath()));
      Files.write(folder.resolve(name), content);
    }
  }

  private static URI root(String artifacts) throws IOException {
    try {
      return artifacts.startsWith("/") ? Path.of(artifacts).toUri() : new URI(artifacts);
    } catch (URISyntaxException e) {
      throw new IOException(e);
    }
  }

  private static boolean isThisMachine(MlflowServer server) {
    try {
      return InetAddress.getByName(URI.create(server.rest().base()).getHost()).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }
}
