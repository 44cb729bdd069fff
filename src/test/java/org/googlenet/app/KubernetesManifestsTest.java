package org.googlenet.app;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import com.networknt.schema.ValidationMessage;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.constructor.SafeConstructor;
import picocli.CommandLine;

/**
 * Holds job/kubernetes to the schemas of Kubernetes and of the Spark operator, and each name in it
 * to what the project has.
 */
class KubernetesManifestsTest {

  private static final Path FOLDER = Path.of("job/kubernetes");
  private static final String IMAGE_ROOT = "/opt/googlenet/";
  private static final ObjectMapper JSON = new ObjectMapper();

  /** By kind, its definition in one of the schemas. */
  private static final Map<String, String> DEFINITIONS =
      Map.of(
          "CronJob", "io.k8s.api.batch.v1.CronJob",
          "Pod", "io.k8s.api.core.v1.Pod",
          "Role", "io.k8s.api.rbac.v1.Role",
          "RoleBinding", "io.k8s.api.rbac.v1.RoleBinding",
          "ServiceAccount", "io.k8s.api.core.v1.ServiceAccount",
          "SparkApplication", "io.k8s.sparkoperator.v1beta2.SparkApplication");

  private static final Pattern COPY = Pattern.compile("(?m)^COPY (.+) (\\S+)$");
  private static final Pattern ARGUMENT = Pattern.compile("(?m)^ARG (\\w+)=(\\S+)$");
  private static final Pattern REFERENCE = Pattern.compile("\\$\\((\\w+)\\)");
  private static final Pattern IN_IMAGE = Pattern.compile(IMAGE_ROOT + "[\\w./-]+");

  @ParameterizedTest
  @MethodSource("files")
  void everyManifestIsWhatItsApiTakes(Path file) throws IOException {
    for (JsonNode manifest : manifests(file)) {
      assertThat(complaints(manifest)).as("%s, %s", file, kind(manifest)).isEmpty();
    }
  }

  @Test
  void aManifestWithAFieldThatItsApiDoesNotKnowIsRefused() throws IOException {
    JsonNode cronJob = only("cronjob.yaml");
    ((ObjectNode) cronJob.at("/spec/jobTemplate/spec/template/spec")).put("gracePeriod", 300);
    assertThat(complaints(cronJob)).singleElement().asString().contains("gracePeriod");

    JsonNode application = only("spark-application.yaml");
    ((ObjectNode) application.at("/spec/executor")).put("memoryOverHead", "2g");
    assertThat(complaints(application)).singleElement().asString().contains("memoryOverHead");
  }

  @Test
  void aManifestWithAValueOfAnotherTypeOrWithoutWhatItNeedsIsRefused() throws IOException {
    JsonNode cronJob = only("cronjob.yaml");
    ((ObjectNode) cronJob.at("/spec/jobTemplate/spec")).put("backoffLimit", "five");
    assertThat(complaints(cronJob)).isNotEmpty().allMatch(line -> line.contains("backoffLimit"));

    JsonNode application = only("spark-application.yaml");
    ((ObjectNode) application.at("/spec")).remove("sparkVersion");
    assertThat(complaints(application)).singleElement().asString().contains("sparkVersion");
  }

  @Test
  void theDockerfileCopiesWhatTheProjectHasOrBuilds() throws IOException {
    Map<String, String> arguments = dockerArguments();
    assertThat(arguments).containsEntry("VERSION", pom("project/version"));
    assertThat(arguments.get("SPARK_IMAGE"))
        .isEqualTo(
            "apache/spark:%s-scala%s-java17-ubuntu", pom("spark.version"), pom("scala.binary"));
    String hadoop = arguments.get("HADOOP_VERSION");
    String parts = hadoop.substring(0, hadoop.lastIndexOf('.'));
    assertThat(Path.of("conf/s3a/hadoop-" + parts + ".xml")).exists();

    String jar = "target/googlenet-spark-" + pom("project/version") + ".jar";
    assertThat(copied().keySet())
        .contains(jar, "target/s3a/" + hadoop)
        .filteredOn(source -> !source.startsWith("target/"))
        .isNotEmpty()
        .allSatisfy(source -> assertThat(Path.of(source)).exists());
  }

  @Test
  void theBuildsContextHoldsWhatTheDockerfileCopies() throws IOException {
    List<Pattern> let =
        Files.readAllLines(FOLDER.resolve("Dockerfile.dockerignore")).stream()
            .filter(line -> line.startsWith("!"))
            .map(line -> Pattern.compile(line.substring(1).replace("*", "[^/]*") + "(/.*)?"))
            .toList();
    assertThat(copied().keySet())
        .allMatch(source -> let.stream().anyMatch(one -> one.matcher(source).matches()));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyFileOfTheImageThatAManifestNamesIsInTheImage(Path file) throws IOException {
    Map<String, String> copied = copied();
    for (String name : matches(IN_IMAGE, Files.readString(file)).map(MatchResult::group).toList()) {
      assertThat(copied)
          .as("%s: %s", file, name)
          .anySatisfy(
              (source, target) -> {
                assertThat(name).startsWith(target);
                if (!name.equals(target)) {
                  assertThat(Path.of(source, name.substring(target.length()))).exists();
                }
              });
    }
  }

  @Test
  void everyCommandIsOneThatTheJobTakes() throws IOException {
    List<List<String>> commands =
        List.of(
            arguments(cronJobsContainer().get("args")),
            arguments(only("spark-application.yaml").at("/spec/arguments")));
    for (List<String> command : commands) {
      List<String> jobs =
          command.stream().filter(part -> !part.matches("--(master|conf)=.*")).toList();
      // Throws where a command or an option is unknown, or one that is needed is not there.
      CommandLine main = new CommandLine(new Main()).setCaseInsensitiveEnumValuesAllowed(true);
      assertThat(main.parseArgs(jobs.toArray(String[]::new)).subcommand()).isNotNull();
    }
    assertThat(only("spark-application.yaml").at("/spec/mainClass").asText())
        .isEqualTo(Main.class.getName());
    assertThat(cronJobsContainer().get("command").get(0).asText())
        .isEqualTo(IMAGE_ROOT + "scripts/googlenet");
  }

  @Test
  void everyVariableInACommandIsOneThatThePodHas() throws IOException {
    JsonNode container = cronJobsContainer();
    assertThat(matches(REFERENCE, container.get("args").toString()).map(match -> match.group(1)))
        .contains("JOB_NAME", "POD_IP")
        .isSubsetOf(container.get("env").findValuesAsText("name"));
    assertThat(container.at("/env/0/valueFrom/fieldRef/fieldPath").asText())
        .isEqualTo("metadata.labels['batch.kubernetes.io/job-name']");
  }

  @Test
  void exitCodesThatAnotherTryCannotChangeEndTheJob() throws IOException {
    JsonNode rules = only("cronjob.yaml").at("/spec/jobTemplate/spec/podFailurePolicy/rules");
    assertThat(rules.findValue("values")).extracting(JsonNode::asInt).containsExactly(2, 3, 5, 6);
    assertThat(rules.findValue("containerName")).isEqualTo(cronJobsContainer().get("name"));
  }

  /** Of a schedule that lets no start overtake another. */
  @Test
  void aJobThatWaitsForEverIsOverBeforeTheNextOneStarts() throws IOException {
    JsonNode spec = only("cronjob.yaml").at("/spec");
    assertThat(spec.get("concurrencyPolicy").asText()).isEqualTo("Forbid");
    assertThat(spec.get("schedule").asText()).matches("\\d+ \\d+ \\* \\* \\d"); // once a week
    assertThat(spec.at("/jobTemplate/spec/activeDeadlineSeconds").asInt())
        .isBetween(86_400, 7 * 86_400 - spec.get("startingDeadlineSeconds").asInt());
  }

  @Test
  void theSparkApplicationHasTheSettingsOfTheProfile() throws IOException {
    JsonNode spec = only("spark-application.yaml").at("/spec");
    Map<String, String> told = new LinkedHashMap<>();
    spec.get("sparkConf")
        .fields()
        .forEachRemaining(e -> told.put(e.getKey(), e.getValue().asText()));
    for (String role : List.of("driver", "executor")) {
      JsonNode pod = spec.get(role);
      told.put("spark." + role + ".memory", pod.get("memory").asText());
      told.put("spark." + role + ".memoryOverhead", pod.get("memoryOverhead").asText());
      told.put("spark." + role + ".extraJavaOptions", pod.get("javaOptions").asText());
      told.put(
          "spark.kubernetes.authenticate." + role + ".serviceAccountName",
          pod.get("serviceAccount").asText());
    }
    told.put("spark.executor.cores", spec.at("/executor/cores").asText());

    Map<String, String> profile = profile("kubernetes");
    profile.remove("spark.executor.instances"); // as many as the recipe has workers
    assertThat(told).containsExactlyInAnyOrderEntriesOf(profile);
  }

  @Test
  void theCronJobsDriverHasTheMemoryOfTheProfile() throws IOException {
    Map<String, String> profile = profile("kubernetes");
    int gigabytes =
        Stream.of("spark.driver.memory", "spark.driver.memoryOverhead")
            .mapToInt(key -> Integer.parseInt(profile.get(key).replace("g", "")))
            .sum();
    assertThat(cronJobsContainer().at("/resources/limits/memory").asText())
        .isEqualTo(gigabytes + "Gi");
  }

  @Test
  void noContainerIsRootOrWritesToItsImage() throws IOException {
    JsonNode application = only("spark-application.yaml").at("/spec");
    JsonNode cronJob = only("cronjob.yaml").at("/spec/jobTemplate/spec/template/spec");
    JsonNode template = only("pod-template.yaml").at("/spec");
    List<JsonNode> pods =
        List.of(
            application.at("/driver/podSecurityContext"),
            application.at("/executor/podSecurityContext"),
            cronJob.get("securityContext"),
            template.get("securityContext"));
    assertThat(pods)
        .allSatisfy(
            pod -> {
              assertThat(pod.get("runAsNonRoot").asBoolean()).isTrue();
              assertThat(pod.get("runAsUser").asInt()).isEqualTo(dockerUser());
            });
    List<JsonNode> containers =
        List.of(
            application.get("driver"),
            application.get("executor"),
            cronJob.at("/containers/0"),
            template.at("/containers/0"));
    assertThat(containers)
        .allSatisfy(
            container -> {
              JsonNode context = container.get("securityContext");
              assertThat(context.get("readOnlyRootFilesystem").asBoolean()).isTrue();
              assertThat(context.get("allowPrivilegeEscalation").asBoolean(true)).isFalse();
              assertThat(context.at("/capabilities/drop/0").asText()).isEqualTo("ALL");
              assertThat(container.get("volumeMounts").findValuesAsText("mountPath"))
                  .containsExactly("/tmp", "/opt/spark/work-dir");
            });
  }

  @Test
  void theAccountsThatManifestsNameAreMadeByTheRoles() throws IOException {
    Set<String> made = new TreeSet<>();
    Set<String> named = new TreeSet<>();
    for (Path file : files().toList()) {
      for (JsonNode manifest : manifests(file)) {
        if (kind(manifest).equals("ServiceAccount")) {
          made.add(manifest.at("/metadata/name").asText());
        }
        named.addAll(manifest.findValuesAsText("serviceAccountName"));
        named.addAll(manifest.findValuesAsText("serviceAccount"));
      }
    }
    assertThat(named).isNotEmpty().isSubsetOf(made);
  }

  private static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.filter(file -> file.toString().endsWith(".yaml")).sorted().toList().stream();
    }
  }

  /** The documents of a file; aliases are resolved, as kubectl does. */
  private static List<JsonNode> manifests(Path file) throws IOException {
    Yaml yaml = new Yaml(new SafeConstructor(new LoaderOptions()));
    List<JsonNode> manifests = new ArrayList<>();
    for (Object document : yaml.loadAll(Files.readString(file))) {
      manifests.add(JSON.valueToTree(document));
    }
    assertThat(manifests).isNotEmpty();
    return manifests;
  }

  private static JsonNode only(String file) throws IOException {
    List<JsonNode> manifests = manifests(FOLDER.resolve(file));
    assertThat(manifests).hasSize(1);
    return manifests.get(0);
  }

  private static String kind(JsonNode manifest) {
    return manifest.get("kind").asText();
  }

  private static JsonNode cronJobsContainer() throws IOException {
    return only("cronjob.yaml").at("/spec/jobTemplate/spec/template/spec/containers/0");
  }

  private static List<String> arguments(JsonNode array) {
    return StreamSupport.stream(array.spliterator(), false).map(JsonNode::asText).toList();
  }

  private static List<String> complaints(JsonNode manifest) throws IOException {
    ObjectNode schema = JSON.createObjectNode();
    ObjectNode definitions = schema.putObject("$defs");
    for (String file : List.of("kubernetes-1.37.0.json", "spark-operator-2.5.2.json")) {
      try (InputStream in =
          KubernetesManifestsTest.class.getResourceAsStream("/kubernetes/" + file)) {
        definitions.setAll((ObjectNode) JSON.readTree(in).get("$defs"));
      }
    }
    assertThat(DEFINITIONS).containsKey(kind(manifest));
    schema.put("$ref", "#/$defs/" + DEFINITIONS.get(kind(manifest)));
    return JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V202012)
        .getSchema(schema)
        .validate(manifest)
        .stream()
        .map(ValidationMessage::getMessage)
        .toList();
  }

  /** Settings of a profile, as the launcher reads them. */
  private static Map<String, String> profile(String name) throws IOException {
    Map<String, String> settings = new LinkedHashMap<>();
    for (String line : Files.readAllLines(Path.of("conf/spark", name + ".conf"))) {
      if (!line.isBlank() && !line.startsWith("#")) {
        String[] parts = line.strip().split("\\s+", 2);
        settings.put(parts[0], parts[1]);
      }
    }
    return settings;
  }

  /**
   * What the image is made of: files and folders of the project, and where they lie in the image.
   */
  private static Map<String, String> copied() throws IOException {
    Map<String, String> arguments = dockerArguments();
    Map<String, String> copied = new LinkedHashMap<>();
    matches(COPY, dockerfile())
        .forEach(
            copy -> {
              for (String source : copy.group(1).split(" ", -1)) {
                for (Map.Entry<String, String> argument : arguments.entrySet()) {
                  source = source.replace("${" + argument.getKey() + "}", argument.getValue());
                }
                String name = source.endsWith("/") ? "" : Path.of(source).getFileName().toString();
                copied.put(source.replaceFirst("/$", ""), copy.group(2) + name);
              }
            });
    return copied;
  }

  private static Map<String, String> dockerArguments() throws IOException {
    Map<String, String> arguments = new LinkedHashMap<>();
    matches(ARGUMENT, dockerfile()).forEach(match -> arguments.put(match.group(1), match.group(2)));
    return arguments;
  }

  private static int dockerUser() throws IOException {
    return matches(Pattern.compile("(?m)^USER (\\d+)$"), dockerfile())
        .mapToInt(match -> Integer.parseInt(match.group(1)))
        .findFirst()
        .orElseThrow();
  }

  private static String dockerfile() throws IOException {
    return Files.readString(FOLDER.resolve("Dockerfile"));
  }

  /** A property of the build, or its own version. */
  private static String pom(String name) throws IOException {
    String tag = name.equals("project/version") ? "  <version>" : "    <" + name + ">";
    return matches(Pattern.compile("(?m)^" + tag + "(.+?)</"), Files.readString(Path.of("pom.xml")))
        .map(match -> match.group(1))
        .findFirst()
        .orElseThrow();
  }

  private static Stream<MatchResult> matches(Pattern pattern, String text) {
    return pattern.matcher(text).results();
  }
}
