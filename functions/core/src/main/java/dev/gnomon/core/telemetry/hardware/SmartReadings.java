package dev.gnomon.core.telemetry.hardware;

import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.core.telemetry.Sample;
import dev.gnomon.core.telemetry.Sample.Kind;
import dev.gnomon.core.telemetry.SeriesKey;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// Reads the output of `smartctl --json -a` (or `-x`) of one drive, or a list of several: ATA, NVMe
/// and SCSI. Names and units are those of smartctl_exporter, so that it makes no difference who
/// asks the drive. Source: the JSON output of smartmontools 7.
public final class SmartReadings {
  private static final String PREFIX = "smartctl_device_";
  private static final int DRIVES_AT_MOST = 200;
  private static final int ATTRIBUTES_AT_MOST = 100;
  private static final double SECONDS_AN_HOUR = 3600;

  /// Of NVMe (NVM Express base specification, "SMART / Health Information"), in units of 1000
  /// blocks of 512 bytes.
  private static final double BYTES_A_DATA_UNIT = 512_000;

  /// The time that smartctl says is believed if it is no further from ours.
  private static final Duration TIME_WITHIN = Duration.ofHours(1);

  private final Map<String, String> labels;
  private final Instant time;
  private final List<Sample> samples = new ArrayList<>();

  private SmartReadings(Map<String, String> labels, Instant time) {
    this.labels = labels;
    this.time = time;
  }

  /// @param labels of all series, beside those of the drive
  /// @return empty if none of it is a drive
  public static Optional<List<Sample>> of(
      JsonNode output, Map<String, String> labels, Instant now) {
    List<Sample> all = new ArrayList<>();
    if (output.isArray()) {
      for (int i = 0; i < Math.min(output.size(), DRIVES_AT_MOST); i++) {
        all.addAll(drive(output.get(i), labels, now));
      }
    } else {
      all.addAll(drive(output, labels, now));
    }
    return all.isEmpty() ? Optional.empty() : Optional.of(List.copyOf(all));
  }

  private static List<Sample> drive(JsonNode drive, Map<String, String> labels, Instant now) {
    Map<String, String> all = new TreeMap<>();
    label(all, "device", drive.path("device").path("name"));
    label(all, "protocol", drive.path("device").path("protocol"));
    label(all, "model_name", drive.path("model_name"));
    label(all, "model_name", drive.path("scsi_model_name"));
    label(all, "serial_number", drive.path("serial_number"));
    if (all.isEmpty()) {
      return List.of();
    }
    all.putAll(labels);
    SmartReadings readings = new SmartReadings(all, time(drive, now));
    readings.common(drive);
    readings.ata(drive.path("ata_smart_attributes").path("table"));
    readings.nvme(drive.path("nvme_smart_health_information_log"));
    readings.scsi(drive);
    return readings.samples;
  }

  private static void label(Map<String, String> labels, String name, JsonNode value) {
    if (value.isTextual() && !value.asText().isBlank()) {
      String text = value.asText().strip();
      labels.putIfAbsent(
          name, text.substring(0, Math.min(text.length(), SeriesKey.LABEL_VALUE_AT_MOST)));
    }
  }

  private static Instant time(JsonNode drive, Instant now) {
    JsonNode said = drive.path("local_time").path("time_t");
    if (said.canConvertToLong()
        && Math.abs(said.asLong() - now.getEpochSecond()) <= TIME_WITHIN.toSeconds()) {
      return Instant.ofEpochSecond(said.asLong());
    }
    return now;
  }

  private void common(JsonNode drive) {
    JsonNode passed = drive.path("smart_status").path("passed");
    if (passed.isBoolean()) {
      add("smart_status", Map.of(), passed.asBoolean() ? 1 : 0, Kind.GAUGE);
    }
    number("temperature", drive.path("temperature").path("current"), 1, Kind.GAUGE);
    number(
        "power_on_seconds",
        drive.path("power_on_time").path("hours"),
        SECONDS_AN_HOUR,
        Kind.COUNTER);
    number("power_cycle_count", drive.path("power_cycle_count"), 1, Kind.COUNTER);
    number(
        "error_log_count",
        drive.path("ata_smart_error_log").path("summary").path("count"),
        1,
        Kind.COUNTER);
  }

  /// Raw values have a meaning of their own in each attribute, often a count, sometimes packed.
  private void ata(JsonNode table) {
    for (int i = 0; i < Math.min(table.size(), ATTRIBUTES_AT_MOST); i++) {
      JsonNode attribute = table.get(i);
      Map<String, String> which = new TreeMap<>();
      which.put("attribute_id", attribute.path("id").asText());
      label(which, "attribute_name", attribute.path("name"));
      number("attribute", with(which, "value"), attribute.path("value"), 1, Kind.GAUGE);
      number("attribute", with(which, "raw"), attribute.path("raw").path("value"), 1, Kind.GAUGE);
      JsonNode threshold = attribute.path("thresh");
      JsonNode value = attribute.path("value");
      if (threshold.isNumber() && value.isNumber() && threshold.asInt() > 0) {
        // How far it is from failed, by its maker's own limit.
        number(
            "attribute",
            with(which, "margin"),
            new com.fasterxml.jackson.databind.node.IntNode(value.asInt() - threshold.asInt()),
            1,
            Kind.GAUGE);
      }
    }
  }

  private static Map<String, String> with(Map<String, String> which, String type) {
    Map<String, String> labels = new TreeMap<>(which);
    labels.put("attribute_value_type", type);
    return labels;
  }

  private void nvme(JsonNode log) {
    number("critical_warning", log.path("critical_warning"), 1, Kind.GAUGE);
    number("available_spare", log.path("available_spare"), 1, Kind.GAUGE);
    number("available_spare_threshold", log.path("available_spare_threshold"), 1, Kind.GAUGE);
    number("percentage_used", log.path("percentage_used"), 1, Kind.GAUGE);
    number("media_errors", log.path("media_errors"), 1, Kind.COUNTER);
    number("num_err_log_entries", log.path("num_err_log_entries"), 1, Kind.COUNTER);
    number("unsafe_shutdowns", log.path("unsafe_shutdowns"), 1, Kind.COUNTER);
    number("bytes_read", log.path("data_units_read"), BYTES_A_DATA_UNIT, Kind.COUNTER);
    number("bytes_written", log.path("data_units_written"), BYTES_A_DATA_UNIT, Kind.COUNTER);
  }

  private void scsi(JsonNode drive) {
    number("scsi_grown_defect_list", drive.path("scsi_grown_defect_list"), 1, Kind.GAUGE);
    number(
        "percentage_used", drive.path("scsi_percentage_used_endurance_indicator"), 1, Kind.GAUGE);
    for (String way : List.of("read", "write", "verify")) {
      JsonNode counters = drive.path("scsi_error_counter_log").path(way);
      number(
          way + "_total_errors_corrected",
          counters.path("total_errors_corrected"),
          1,
          Kind.COUNTER);
      number(
          way + "_total_uncorrected_errors",
          counters.path("total_uncorrected_errors"),
          1,
          Kind.COUNTER);
    }
  }

  private void number(String name, JsonNode value, double unit, Kind kind) {
    number(name, Map.of(), value, unit, kind);
  }

  private void number(
      String name, Map<String, String> more, JsonNode value, double unit, Kind kind) {
    if (value.isNumber() && Double.isFinite(value.asDouble())) {
      add(name, more, value.asDouble() * unit, kind);
    }
  }

  private void add(String name, Map<String, String> more, double value, Kind kind) {
    Map<String, String> all = new TreeMap<>(labels);
    all.putAll(more);
    samples.add(new Sample(SeriesKey.of(PREFIX + name, all), time, value, kind));
  }
}
