package dev.gnomon.runtime.gate;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import dev.gnomon.events.BucketChanged;
import dev.gnomon.events.BucketChanged.ChangedObject;
import dev.gnomon.events.EventJson;
import dev.gnomon.events.EventSchemas;
import dev.gnomon.events.EventTypes;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import java.io.IOException;
import java.io.InputStream;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/// What servers tell of writes to their buckets.
class BucketNotificationTest {
  private static final ChangedObject ODD = new ChangedObject("data", "dir/with blank + ä%41.txt");

  private static byte[] fixture(String name) throws IOException {
    try (InputStream in =
        Objects.requireNonNull(
            BucketNotificationTest.class.getResourceAsStream("/bucket-notifications/" + name),
            name)) {
      return in.readAllBytes();
    }
  }

  private static JsonNode json(String text) throws IOException {
    return EventReader.STRICT.readTree(text);
  }

  private static BucketChanged read(String name) throws IOException {
    return BucketNotification.read(EventReader.STRICT.readTree(fixture(name)));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "minio-put.json",
        "minio-delete.json",
        "aws-record-alone.json",
        "eventbridge-created.json",
        "eventbridge-deleted.json"
      })
  void everyFormNamesBucketAndKey(String name) throws IOException {
    assertThat(read(name).objects()).containsExactly(ODD);
  }

  @Test
  void recordsOfAwsAreTakenTogether() throws IOException {
    assertThat(read("aws-records.json").objects())
        .containsExactly(
            ODD, new ChangedObject("data", "dir/gone"), new ChangedObject("data", "dir/large"));
  }

  @Test
  void trialMessageSaysNothing() throws IOException {
    assertThat(read("aws-test-event.json").objects()).isEmpty();
  }

  @Test
  void whatIsNoWriteSaysNothing() throws IOException {
    String text = new String(fixture("minio-put.json"), UTF_8);
    assertThat(
            BucketNotification.read(
                    json(text.replace("s3:ObjectCreated:Put", "s3:BucketCreated:*")))
                .objects())
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[] | data: expected an object",
        "{} | no known form",
        "{\"Records\":{}} | /Records: expected an array",
        "{\"Records\":[{}]} | /Records/0/eventSource: expected text",
        "{\"Records\":[null]} | /Records/0/eventSource: expected text",
        "{\"Records\":[{\"eventSource\":\"aws:sqs\"}]} | /Records/0/eventSource: expected aws:s3",
        "{\"detail-type\":\"Object Created\",\"source\":\"evil\"} | /source: expected aws.s3",
        "{\"detail-type\":\"Object Created\",\"source\":\"aws.s3\"} | /detail/bucket/name",
        "{\"Event\":\"s3:TestEvent\"} | /Bucket: expected text"
      })
  void whatIsNoNotificationIsRefusedForGood(String body, String why) throws IOException {
    JsonNode json = json(body);
    assertThatThrownBy(() -> BucketNotification.read(json))
        .isInstanceOfSatisfying(
            Rejection.class,
            rejection ->
                assertThat(rejection.problem().kind()).isEqualTo(ProblemKind.SCHEMA_VIOLATION))
        .hasMessageContaining(why);
  }

  @ParameterizedTest
  @ValueSource(strings = {"%", "%zz", "%ff%fe", "", "%00%C3", "x%"})
  void keyThatIsNotEncodedWellIsRefused(String key) throws IOException {
    JsonNode json =
        json(
            new String(fixture("minio-put.json"), UTF_8)
                .replace("dir%2Fwith+blank+%2B+%C3%A4%2541.txt", key));
    assertThatThrownBy(() -> BucketNotification.read(json))
        .isInstanceOf(Rejection.class)
        .hasMessageContaining("/Records/0/s3/object/key");
  }

  @Test
  void boundsAreKept() throws IOException {
    String record = new String(fixture("aws-record-alone.json"), UTF_8);
    JsonNode many = json("{\"Records\":[" + "{},".repeat(1000) + "{}]}");
    JsonNode longKey =
        json(record.replace("dir/with+blank+%2B+%C3%A4%2541.txt", "%41".repeat(1025)));
    JsonNode bucket = json(record.replace("\"name\": \"data\"", "\"name\": \"../data\""));
    for (JsonNode hostile : List.of(many, longKey, bucket)) {
      assertThatThrownBy(() -> BucketNotification.read(hostile)).isInstanceOf(Rejection.class);
    }
  }

  /// Damaged in any place: refused, or something that holds the schema.
  @Test
  void noiseIsRefusedOrHarmless() throws IOException {
    EventSchemas schemas = new EventSchemas();
    var type = EventTypes.find(BucketChanged.TYPE).orElseThrow();
    Random random = new Random(7);
    byte[] good = fixture("aws-records.json");
    for (int i = 0; i < 2000; i++) {
      byte[] bytes = good.clone();
      for (int flips = 1 + random.nextInt(4); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) (32 + random.nextInt(95));
      }
      try {
        BucketChanged read = BucketNotification.read(EventReader.STRICT.readTree(bytes));
        assertThat(schemas.check(type, EventJson.MAPPER.writeValueAsString(read))).isEmpty();
      } catch (Rejection | JsonProcessingException refused) {
        // As it should be.
      }
    }
  }

  @ParameterizedTest
  @CsvSource({
    "com.amazonaws.s3.ObjectCreated:Put, aws-record-alone.json, ''",
    "dev.knative.kafka.event, minio-put.json, dev.gnomon.bucket-changed.v1",
    "com.amazon.eventbridge, eventbridge-created.json, dev.gnomon.bucket-changed.v1"
  })
  void cloudEventsOfOthersAreTakenAsOurs(String type, String name, String standsFor)
      throws IOException {
    DeliveryTable table =
        new DeliveryTable(
            Map.of("shadow", Map.of(BucketChanged.TYPE, "bucket-changed")),
            Set.of("bucket-changed"));
    Admission admission =
        new Admission(table, List.of(new GnomonContract(new EventSchemas())), 1 << 20);
    Map<String, String> headers = new LinkedHashMap<>();
    headers.put("ce-specversion", "1.0");
    headers.put("ce-id", "1");
    headers.put("ce-source", "/s");
    headers.put("ce-type", type);
    headers.put("content-type", "application/json");
    if (!standsFor.isEmpty()) {
      headers.put("ce-gnomontype", standsFor);
    }

    Delivery delivery = admission.admit("shadow", headers.entrySet(), fixture(name));

    assertThat(delivery.function()).isEqualTo("bucket-changed");
    assertThat(delivery.data().orElseThrow().at("/objects/0/key").asText()).isEqualTo(ODD.key());
  }
}
