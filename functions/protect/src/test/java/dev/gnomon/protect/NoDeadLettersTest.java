package dev.gnomon.protect;

import static org.assertj.core.api.Assertions.assertThat;

import io.quarkus.test.common.http.TestHTTPResource;
import io.quarkus.test.junit.QuarkusTest;
import io.quarkus.test.junit.QuarkusTestProfile;
import io.quarkus.test.junit.TestProfile;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.logging.Handler;
import java.util.logging.Level;
import java.util.logging.LogRecord;
import java.util.logging.Logger;
import org.junit.jupiter.api.Test;

/// A Service that is not the one for dead letters, as `knative/base` sets all others.
@QuarkusTest
@TestProfile(NoDeadLettersTest.OfAnother.class)
class NoDeadLettersTest {
  public static class OfAnother implements QuarkusTestProfile {
    @Override
    public Map<String, String> getConfigOverrides() {
      return Map.of("gnomon.protect.takes-dead-letters", "false");
    }

    @Override
    public List<TestResourceEntry> testResources() {
      return List.of(new TestResourceEntry(ProtectPlace.class));
    }

    @Override
    public boolean disableGlobalTestResources() {
      return true;
    }
  }

  @TestHTTPResource("/dead-letters")
  URI letters;

  private HttpResponse<String> send(HttpRequest.Builder request) throws Exception {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client.send(request.build(), HttpResponse.BodyHandlers.ofString());
    }
  }

  private HttpRequest.Builder letter(String token) {
    return HttpRequest.newBuilder(letters)
        .header("Authorization", "Bearer " + token)
        .POST(HttpRequest.BodyPublishers.ofString("{}"));
  }

  @Test
  void aDeadLetterIsNotKeptAndTheLogSaysThatItIsLost() throws Exception {
    List<String> errors = new ArrayList<>();
    Handler handler = collecting(errors);
    Logger log = Logger.getLogger(DeadLetterDoor.class.getName());
    log.addHandler(handler);

    HttpResponse<String> answer;
    try {
      answer = send(letter(ProtectPlace.BROKER));
    } finally {
      log.removeHandler(handler);
    }

    assertThat(answer.statusCode()).isEqualTo(404);
    assertThat(answer.body()).contains("gnomon.protect.takes-dead-letters=false");
    assertThat(errors).singleElement().asString().contains("lost", "dead letter sink");
    assertThat(send(HttpRequest.newBuilder(letters)).body()).contains("\"letters\":[]");
  }

  /// A stranger can't fill the log with errors.
  @Test
  void aStrangerIsAStranger() throws Exception {
    assertThat(send(letter("token-of-a-stranger")).statusCode()).isEqualTo(401);
  }

  private static Handler collecting(List<String> into) {
    return new Handler() {
      @Override
      public void publish(LogRecord line) {
        if (line.getLevel().intValue() >= Level.SEVERE.intValue()) {
          into.add(line.getMessage());
        }
      }

      @Override
      public void flush() {}

      @Override
      public void close() {}
    };
  }
}
