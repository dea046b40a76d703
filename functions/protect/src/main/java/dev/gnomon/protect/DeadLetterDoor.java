package dev.gnomon.protect;

import dev.gnomon.runtime.http.ApiRequest;
import dev.gnomon.runtime.http.Listening;
import dev.gnomon.runtime.http.ProblemKind;
import dev.gnomon.runtime.http.Rejection;
import dev.gnomon.runtime.logs.Seldom;
import jakarta.inject.Inject;
import jakarta.inject.Singleton;
import java.time.Duration;
import org.jboss.logging.Logger;

/// Who may bring dead letters to this process, if anybody. The brokers of Knative can bring no
/// token, so where one is not asked for the network has to say who reaches the path.
@Singleton
class DeadLetterDoor {
  private static final Logger LOG = Logger.getLogger(DeadLetterDoor.class);

  private final boolean taken;
  private final BearerDoor door;
  private final Seldom lost = new Seldom(Duration.ofSeconds(10), System::nanoTime);

  @Inject
  DeadLetterDoor(ProtectSettings settings, Listening listening) {
    this(
        settings.takesDeadLetters() && !settings.onlyWebhooks(),
        BearerDoor.of("dead letters", settings.deadLetterToken()));
    if (taken && door.standsOpen()) {
      listening.warnIfReached(
          "what a broker gave up (POST /dead-letters)", ProtectSettings.DEAD_LETTER_TOKEN.key());
    }
  }

  DeadLetterDoor(boolean taken, BearerDoor door) {
    this.taken = taken;
    this.door = door;
  }

  /// @throws Rejection 401 if a token is asked for and the request does not bring it; 404 if dead
  ///   letters are not taken in this process, which is an ERROR in the log: a broker that sends
  ///   them here loses them
  void admit(ApiRequest request) {
    door.admit(request);
    if (!taken) {
      lost.line(
              "a dead letter was sent here, where none are taken (%s=false), and is lost unless its sender keeps it: mend the dead letter sink"
                  .formatted(ProtectSettings.TAKES_DEAD_LETTERS.key()))
          .ifPresent(LOG::error);
      throw Rejection.of(
          ProblemKind.NOT_FOUND,
          "dead letters are not taken here (%s=false)"
              .formatted(ProtectSettings.TAKES_DEAD_LETTERS.key()));
    }
  }
}
