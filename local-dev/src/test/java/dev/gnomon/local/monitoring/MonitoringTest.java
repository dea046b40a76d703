package dev.gnomon.local.monitoring;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLMapper;
import dev.gnomon.core.control.Json;
import dev.gnomon.local.stack.Packaged;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/// The alert rules and the dashboard in knative/monitoring.
class MonitoringTest {
  private static final Path MONITORING = Packaged.ROOT.resolve("knative/monitoring");
  private static final Pattern METRIC = Pattern.compile("\\bgnomon_[a-z_]+");
  private static final YAMLMapper YAML = new YAMLMapper();

  @TempDir Path directory;

  @Test
  void theAlertRulesFireWhenTheyShouldAndNotElse() throws Exception {
    assumeTrue(
        Stream.of(System.getenv("PATH").split(":"))
            .anyMatch(place -> Files.isExecutable(Path.of(place, "promtool"))),
        "skipped: promtool (Debian's package prometheus) is not on the PATH");
    JsonNode rules = YAML.readTree(MONITORING.resolve("alerts.yaml").toFile()).get("spec");
    YAML.writeValue(directory.resolve("rules.yaml").toFile(), rules);
    Path tests = directory.resolve("alerts.test.yaml");
    try (InputStream in = getClass().getResourceAsStream("/monitoring/alerts.test.yaml")) {
      Files.copy(Objects.requireNonNull(in), tests);
    }

    Process promtool =
        new ProcessBuilder("promtool", "test", "rules", tests.toString())
            .redirectErrorStream(true)
            .start();
    String said = new String(promtool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);

    assertThat(promtool.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(promtool.exitValue()).as(said).isZero();
    assertThat(said).contains("SUCCESS");
  }

  @Test
  void everyMetricThatIsAskedForIsDescribed() throws IOException {
    String described = Files.readString(Packaged.ROOT.resolve("docs/OPERATIONS.md"));
    Set<String> unknown = new TreeSet<>();
    for (String file : new String[] {"alerts.yaml", "gnomon.json"}) {
      Matcher metric = METRIC.matcher(Files.readString(MONITORING.resolve(file)));
      while (metric.find()) {
        String name = metric.group().replaceFirst("_bucket$", "");
        if (!described.contains("`" + name + "`") && !described.contains("`" + shortened(name))) {
          unknown.add(name);
        }
      }
    }
    assertThat(unknown).isEmpty();
  }

  /// Tables leave out what a name shares with the one before it.
  private static String shortened(String name) {
    return name.substring(name.lastIndexOf('_')) + "`";
  }

  @Test
  void theDashboardIsOneThatGrafanaReads() throws IOException {
    JsonNode dashboard = Json.MAPPER.readTree(MONITORING.resolve("gnomon.json").toFile());

    assertThat(dashboard.get("uid").asText()).isEqualTo("gnomon");
    assertThat(dashboard.get("panels"))
        .hasSizeGreaterThan(10)
        .allSatisfy(panel -> {
          assertThat(panel.get("targets")).isNotEmpty();
          assertThat(panel.get("title").asText()).isNotBlank();
        });
    Set<Integer> ids = new TreeSet<>();
    dashboard.get("panels").forEach(panel -> assertThat(ids.add(panel.get("id").asInt())).isTrue());
  }
}
