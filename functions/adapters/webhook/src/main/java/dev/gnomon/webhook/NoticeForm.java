package dev.gnomon.webhook;

import dev.gnomon.core.actuators.Notice;
import dev.gnomon.core.secrets.Secrets;
import java.time.Instant;

/// How a notice is written for one kind of receiver, and what its answers say.
interface NoticeForm {
  /// @param now of this attempt
  Message message(Notice notice, Instant now) throws Secrets.Unreadable;

  /// The body without secrets.
  String shown(Notice notice);

  default Verdict judged(WebhookClient.Answer.Answered answer) {
    return answer.status() / 100 == 2 ? new Verdict.Taken() : refused(answer.status(), "");
  }

  /// @param why more about it, or nothing; without secrets
  static Verdict refused(int status, String why) {
    String reason = "it answered " + status + (why.isEmpty() ? "" : ": " + why);
    return StatusCodes.retryable(status) ? new Verdict.Again(reason) : new Verdict.Refused(reason);
  }

  /// What an answer says.
  sealed interface Verdict {
    record Taken() implements Verdict {}

    record Again(String reason) implements Verdict {}

    record Refused(String reason) implements Verdict {}
  }
}
