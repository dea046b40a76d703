package dev.gnomon.otlp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.logs.LogLine;
import dev.gnomon.core.logs.Severity;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class OtlpLogsTest {
  /// After examples/logs.json of opentelemetry-proto.
  private static final String REQUEST =
      """
      {"resourceLogs":[{"resource":{"attributes":[
          {"key":"service.name","value":{"stringValue":"shop"}},
          {"key":"process.pid","value":{"intValue":"4711"}}]},
        "scopeLogs":[{"scope":{},"logRecords":[
          {"timeUnixNano":"1763805600000000000","severityNumber":10,"severityText":"Information",
           "traceId":"5B8EFFF798038103D269B633813FC60C","spanId":"EEE19B7EC3C1B174",
           "body":{"stringValue":"Example log record"},
           "attributes":[{"key":"user","value":{"stringValue":"alice"}}]},
          {"observedTimeUnixNano":"1763805601000000000","severityText":"WARN","body":{"stringValue":"b"}},
          {"body":{"stringValue":"ERROR in the text"}},
          {"severityNumber":99,"body":{"kvlistValue":{"values":[
            {"key":"x","value":{"intValue":"1"}},{"key":"message","value":{"stringValue":"inside"}}]}}},
          {"severityNumber":21,"body":{"kvlistValue":{"values":[{"key":"x","value":{"intValue":"1"}}]}}},
          {"body":{"bytesValue":"AAAA"}},
          {}]}]}]}
      """;

  private static final Map<String, String> SHOP = Map.of("service.name", "shop");

  private final OtlpLogs logs = new OtlpLogs(new Attributes(Set.of()));

  private static LogLine line(Optional<Instant> time, Severity severity, String text) {
    return new LogLine(time, severity, SHOP, text);
  }

  @ParameterizedTest
  @EnumSource(OtlpForm.class)
  void recordsBecomeLinesOfTheirResource(OtlpForm form) throws OtlpForm.Malformed {
    byte[] body = REQUEST.getBytes(StandardCharsets.UTF_8);
    if (form == OtlpForm.PROTOBUF) {
      body = OtlpForm.JSON.read(body, ExportLogsServiceRequest.getDefaultInstance()).toByteArray();
    }

    OtlpLogs.Read read = logs.read(body, form);

    Instant first = Instant.ofEpochSecond(1763805600);
    assertThat(read.lines())
        .containsExactly(
            line(Optional.of(first), Severity.INFO, "Example log record"),
            line(Optional.of(first.plusSeconds(1)), Severity.WARN, "b"),
            line(Optional.empty(), Severity.ERROR, "ERROR in the text"),
            line(Optional.empty(), Severity.UNKNOWN, "inside"),
            line(Optional.empty(), Severity.FATAL, "x="),
            line(Optional.empty(), Severity.UNKNOWN, "a value"),
            line(Optional.empty(), Severity.UNKNOWN, ""));
    assertThat(read.answer(form))
        .isEqualTo(form == OtlpForm.JSON ? "{}".getBytes(StandardCharsets.UTF_8) : new byte[0]);
  }

  @Test
  void recordsThatAreTooManyAreSaid() throws Exception {
    LogRecord record = LogRecord.getDefaultInstance();
    byte[] many =
        ExportLogsServiceRequest.newBuilder()
            .addResourceLogs(
                ResourceLogs.newBuilder()
                    .addScopeLogs(
                        ScopeLogs.newBuilder()
                            .addAllLogRecords(
                                java.util.Collections.nCopies(
                                    OtlpLogs.RECORDS_AT_MOST + 7, record))))
            .build()
            .toByteArray();

    OtlpLogs.Read read = logs.read(many, OtlpForm.PROTOBUF);

    assertThat(read.lines()).hasSize(OtlpLogs.RECORDS_AT_MOST);
    assertThat(
            ExportLogsServiceResponse.parseFrom(read.answer(OtlpForm.PROTOBUF))
                .getPartialSuccess()
                .getRejectedLogRecords())
        .isEqualTo(7);
  }

  @Test
  void whatIsNoRequestIsRefused() {
    for (String body : List.of("", "7", "[]", "{\"resourceLogs\":{}}", "{\"resourceLogs\":[")) {
      assertThatThrownBy(() -> logs.read(body.getBytes(StandardCharsets.UTF_8), OtlpForm.JSON))
          .as(body)
          .isInstanceOf(OtlpForm.Malformed.class);
    }
  }
}
