package dev.gnomon.bench.harness;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.control.Json;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

class ReportJsonTest {
  @Test
  void hasTheAgreedForm() throws Exception {
    JsonNode expected =
        Json.MAPPER.readTree(
            """
            {
              "bench": "test",
              "machine": {
                "cpu": "A CPU", "cores": 2, "memoryBytes": 8589934592,
                "kernel": "Linux 6.1", "jdk": "Temurin-25"
              },
              "rounds": 3,
              "input": {"files": 12, "bytes": 3145728},
              "failures": ["a round broke"],
              "measures": [
                {
                  "name": "backup",
                  "unit": "s",
                  "ours": {"median": 2, "min": 1, "max": 4},
                  "peers": [
                    {
                      "name": "restic", "version": "0.14.0", "median": 3, "min": 1.5, "max": 6,
                      "ratio": 1.5, "target": 1.5, "holds": true
                    },
                    {
                      "name": "rustic", "version": "0.11.4", "failed": true,
                      "reason": "exited \\u001b[1m3", "note": "a note"
                    },
                    {
                      "name": "rclone", "absent": true, "reason": "it is not on the PATH",
                      "note": "another"
                    }
                  ],
                  "holds": true
                },
                {
                  "name": "switch",
                  "unit": "s",
                  "ours": {"median": 0.3, "min": 0.15, "max": 0.6},
                  "peers": [],
                  "target": 0.25,
                  "holds": false
                },
                {
                  "name": "stored",
                  "unit": "bytes",
                  "ours": {"median": 1000, "min": 500, "max": 2000},
                  "peers": [
                    {
                      "name": "restic", "version": "0.14.0",
                      "median": 2000, "min": 1000, "max": 4000, "ratio": 2,
                      "failed": true, "reason": "round 2 broke", "target": 3, "holds": false
                    }
                  ],
                  "holds": false
                },
                {"name": "memory", "unit": "MiB", "ours": {"absent": true}, "peers": []}
              ]
            }
            """);

    JsonNode actual = Json.MAPPER.readTree(ReportJson.of(Reports.full()).toString());

    assertThat(actual).isEqualTo(expected);
  }

  @Test
  void writesPlainNumbersWithoutTheDigitsOfNoise() {
    Measure time = Measure.of("time", Unit.SECONDS);
    Spread spread = new Spread(0.1 + 0.2, 1e-9, 1e8);
    Report report =
        new Report(
            "b",
            Reports.MACHINE,
            1,
            Optional.empty(),
            List.of(new Report.Line(time, Optional.of(spread), List.of())),
            List.of());

    assertThat(ReportJson.of(report).toString())
        .contains("{\"median\":0.3,\"min\":0,\"max\":100000000}")
        .doesNotContain("input", "failures");
  }
}
