package dev.gnomon.otlp;

import dev.gnomon.core.logs.LogLine;
import dev.gnomon.core.logs.Severity;
import dev.gnomon.otlp.OtlpForm.Malformed;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsPartialSuccess;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceRequest;
import io.opentelemetry.proto.collector.logs.v1.ExportLogsServiceResponse;
import io.opentelemetry.proto.common.v1.AnyValue;
import io.opentelemetry.proto.common.v1.KeyValue;
import io.opentelemetry.proto.logs.v1.LogRecord;
import io.opentelemetry.proto.logs.v1.ResourceLogs;
import io.opentelemetry.proto.logs.v1.ScopeLogs;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// Reads requests to `/v1/logs`. Of a record counts its resource, its severity and its body;
/// attributes don't. Thread-safe.
public final class OtlpLogs {
  public static final int RECORDS_AT_MOST = 100_000;
  private static final long NANOS = 1_000_000_000L;

  private final Attributes attributes;

  public OtlpLogs(Attributes attributes) {
    this.attributes = attributes;
  }

  /// What a request holds.
  ///
  /// @param rejected records that are not taken, because there are too many
  public record Read(List<LogLine> lines, int rejected) {
    /// The answer to it.
    public byte[] answer(OtlpForm form) {
      ExportLogsServiceResponse.Builder response = ExportLogsServiceResponse.newBuilder();
      if (rejected > 0) {
        response.setPartialSuccess(
            ExportLogsPartialSuccess.newBuilder()
                .setRejectedLogRecords(rejected)
                .setErrorMessage(
                    "expected at most %d records in a request".formatted(RECORDS_AT_MOST)));
      }
      return form.write(response.build());
    }
  }

  /// @throws Malformed if it is no such request
  public Read read(byte[] body, OtlpForm form) throws Malformed {
    ExportLogsServiceRequest request =
        form.read(body, ExportLogsServiceRequest.getDefaultInstance());
    List<LogLine> lines = new ArrayList<>();
    int rejected = 0;
    for (ResourceLogs resource : request.getResourceLogsList()) {
      for (ScopeLogs scope : resource.getScopeLogsList()) {
        Map<String, String> place = attributes.of(resource.getResource(), scope.getScope());
        for (LogRecord record : scope.getLogRecordsList()) {
          if (lines.size() < RECORDS_AT_MOST) {
            lines.add(line(record, place));
          } else {
            rejected++;
          }
        }
      }
    }
    return new Read(lines, rejected);
  }

  private static LogLine line(LogRecord record, Map<String, String> place) {
    long nanos =
        record.getTimeUnixNano() != 0 ? record.getTimeUnixNano() : record.getObservedTimeUnixNano();
    Optional<Instant> time =
        nanos == 0
            ? Optional.empty()
            : Optional.of(Instant.ofEpochSecond(Long.divideUnsigned(nanos, NANOS)));
    String text = text(record.getBody());
    Severity severity = Severity.ofNumber(record.getSeverityNumberValue());
    if (severity == Severity.UNKNOWN) {
      severity = Severity.of(record.getSeverityText());
    }
    return severity == Severity.UNKNOWN
        ? new LogLine(time, LogLine.plain(place, text).severity(), place, text)
        : new LogLine(time, severity, place, text);
  }

  /// Of a body of fields what they are called counts, and the message if there is one.
  private static String text(AnyValue body) {
    return switch (body.getValueCase()) {
      case STRING_VALUE -> body.getStringValue();
      case KVLIST_VALUE ->
          body.getKvlistValue().getValuesList().stream()
              .filter(each -> each.getKey().equals("message") || each.getKey().equals("msg"))
              .map(KeyValue::getValue)
              .filter(AnyValue::hasStringValue)
              .map(AnyValue::getStringValue)
              .findFirst()
              .orElseGet(() -> names(body));
      case VALUE_NOT_SET -> "";
      default -> "a value"; // A number, bytes, a list: nothing that lines have in common.
    };
  }

  private static String names(AnyValue body) {
    return String.join(
        " ",
        body.getKvlistValue().getValuesList().stream().map(each -> each.getKey() + "=").toList());
  }
}
