package dev.gnomon.core.places;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import dev.gnomon.core.control.Json;
import dev.gnomon.core.ids.CellName;
import dev.gnomon.core.routes.Location;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.shadow.ShadowJob;
import org.junit.jupiter.api.Test;

/// Records that hold places, in the form that they were stored in when every place was a directory.
class StoredRecordsTest {
  private static final String ROUTE =
      """
      {"resource":"site","epoch":7,"state":"SERVING",\
      "primary":{"cell":"east","path":"/srv/site"},\
      "shadows":[{"cell":"west","path":"/mnt/replica/000003"}],\
      "fenced":"enforced","cause":"rollbacks/site/00000000000000000006/release",\
      "time":"2026-02-03T04:05:06.789Z"}\
      """;
  private static final String JOB =
      """
      {"job":"update-42-site@west","batch":"update-42-site","request":"e-1","resource":"site",\
      "cell":"west","source":"file:///srv/site","epoch":7,"kind":"update","updateId":"42",\
      "parts":[{"number":0,"from":"","before":"","bytes":12}],"time":"2026-02-03T04:05:06.789Z"}\
      """;

  @Test
  void routeOfADirectoryIsReadAndWrittenAsEver() throws JsonProcessingException {
    Route route = Json.MAPPER.readValue(ROUTE, Route.class);

    assertThat(route.primary().place()).isEqualTo(Place.of("/srv/site"));
    assertThat(Json.MAPPER.writeValueAsString(route)).isEqualTo(ROUTE);
  }

  @Test
  void jobOfADirectoryIsReadAndWrittenAsEver() throws JsonProcessingException {
    ShadowJob job = Json.MAPPER.readValue(JOB, ShadowJob.class);

    assertThat(job.source()).isEqualTo(Place.of("/srv/site"));
    assertThat(Json.MAPPER.writeValueAsString(job)).isEqualTo(JOB);
  }

  @Test
  void locationOfAPrefixComesBack() throws JsonProcessingException {
    Location location = new Location(new CellName("east"), "s3+http://host:9000/bucket/data");

    Location read = Json.MAPPER.readValue(Json.MAPPER.writeValueAsString(location), Location.class);

    assertThat(read).isEqualTo(location);
    assertThat(read.place()).isInstanceOf(S3Prefix.class);
  }
}
