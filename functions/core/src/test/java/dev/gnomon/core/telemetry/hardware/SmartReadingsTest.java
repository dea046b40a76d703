package dev.gnomon.core.telemetry.hardware;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.telemetry.Sample;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Outputs have the form of smartmontools 7.3, shortened.
class SmartReadingsTest {
  private static final Instant NOW = Instant.ofEpochSecond(1763805600);
  private static final String ATA =
      """
      {"json_format_version":[1,0],"smartctl":{"version":[7,3],"exit_status":0},
       "local_time":{"time_t":1763805590,"asctime":"..."},
       "device":{"name":"/dev/sda","info_name":"/dev/sda [SAT]","type":"sat","protocol":"ATA"},
       "model_family":"Western Digital Red","model_name":"WDC WD40EFRX-68N32N0","serial_number":"WD-1",
       "smart_status":{"passed":true},
       "ata_smart_attributes":{"revision":16,"table":[
         {"id":5,"name":"Reallocated_Sector_Ct","value":190,"worst":190,"thresh":140,"when_failed":"",
          "flags":{"value":51,"string":"PO--CK "},"raw":{"value":12,"string":"12"}},
         {"id":9,"name":"Power_On_Hours","value":70,"worst":70,"thresh":0,"raw":{"value":22000,"string":"22000"}}]},
       "power_on_time":{"hours":22000},"power_cycle_count":40,"temperature":{"current":31},
       "ata_smart_error_log":{"summary":{"revision":1,"count":3}}}
      """;
  private static final String NVME =
      """
      {"device":{"name":"/dev/nvme0","type":"nvme","protocol":"NVMe"},"model_name":"Samsung SSD 980","serial_number":"S6",
       "smart_status":{"passed":false,"nvme":{"value":4}},
       "nvme_smart_health_information_log":{"critical_warning":4,"temperature":45,"available_spare":9,
        "available_spare_threshold":10,"percentage_used":101,"data_units_read":2,"data_units_written":3,
        "host_reads":9,"unsafe_shutdowns":5,"media_errors":7,"num_err_log_entries":8},
       "temperature":{"current":45},"power_on_time":{"hours":1}}
      """;
  private static final String SCSI =
      """
      {"device":{"name":"/dev/sdb","type":"scsi","protocol":"SCSI"},"scsi_model_name":"SEAGATE ST4000","serial_number":"Z1",
       "scsi_grown_defect_list":2,"scsi_percentage_used_endurance_indicator":6,
       "scsi_error_counter_log":{"read":{"total_errors_corrected":11,"gigabytes_processed":"1.5","total_uncorrected_errors":1}}}
      """;

  private static List<Sample> read(String json) throws JsonProcessingException {
    return SmartReadings.of(Json.MAPPER.readTree(json), Map.of("instance", "db1"), NOW)
        .orElse(List.of());
  }

  private static Map<String, Double> values(List<Sample> samples) {
    return samples.stream()
        .collect(
            Collectors.toMap(
                one ->
                    one.series().metric().replace("smartctl_device_", "")
                        + one.series().labels().entrySet().stream()
                            .filter(label -> label.getKey().matches("attribute_(id|value_type)"))
                            .map(label -> " " + label.getValue())
                            .collect(Collectors.joining()),
                Sample::value));
  }

  @Test
  void anAtaDriveTellsItsAttributesAndHowFarTheyAreFromFailed() throws JsonProcessingException {
    List<Sample> samples = read(ATA);

    assertThat(values(samples))
        .isEqualTo(
            Map.of(
                "smart_status", 1.0,
                "temperature", 31.0,
                "power_on_seconds", 22000.0 * 3600,
                "power_cycle_count", 40.0,
                "error_log_count", 3.0,
                "attribute 5 value", 190.0,
                "attribute 5 raw", 12.0,
                "attribute 5 margin", 50.0,
                "attribute 9 value", 70.0,
                "attribute 9 raw", 22000.0));
    assertThat(samples.getFirst().series().labels())
        .isEqualTo(
            Map.of(
                "device", "/dev/sda",
                "protocol", "ATA",
                "model_name", "WDC WD40EFRX-68N32N0",
                "serial_number", "WD-1",
                "instance", "db1"));
    assertThat(samples).extracting(Sample::time).containsOnly(NOW.minusSeconds(10));
  }

  @Test
  void anNvmeDriveTellsItsHealth() throws JsonProcessingException {
    assertThat(values(read(NVME)))
        .containsEntry("smart_status", 0.0)
        .containsEntry("critical_warning", 4.0)
        .containsEntry("available_spare", 9.0)
        .containsEntry("percentage_used", 101.0)
        .containsEntry("media_errors", 7.0)
        .containsEntry("bytes_read", 1_024_000.0)
        .containsEntry("bytes_written", 1_536_000.0);
  }

  @Test
  void aScsiDriveTellsItsErrors() throws JsonProcessingException {
    assertThat(values(read(SCSI)))
        .isEqualTo(
            Map.of(
                "scsi_grown_defect_list", 2.0,
                "percentage_used", 6.0,
                "read_total_errors_corrected", 11.0,
                "read_total_uncorrected_errors", 1.0));
  }

  @Test
  void severalDrivesAreAList() throws JsonProcessingException {
    assertThat(read("[" + ATA + "," + NVME + ",7," + SCSI + "]"))
        .extracting(one -> one.series().labels().get("serial_number"))
        .contains("WD-1", "S6", "Z1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "[]",
        "7",
        "null",
        "{\"device\":{\"name\":\"/dev/sda\"},\"smartctl\":{\"exit_status\":2}}",
        "{\"device\":[],\"temperature\":{\"current\":1e999}}"
      })
  void whatIsNoDriveIsNothing(String json) throws JsonProcessingException {
    assertThat(read(json)).isEmpty();
  }
}
