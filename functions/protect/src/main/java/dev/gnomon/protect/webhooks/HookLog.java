package dev.gnomon.protect.webhooks;

import dev.gnomon.core.control.Answers;
import dev.gnomon.core.control.Checkpoint;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.ControlRecords.Outcome;
import dev.gnomon.core.control.OpenWork;
import dev.gnomon.core.faults.Faults;
import dev.gnomon.core.faults.Refusal;
import dev.gnomon.core.faults.Unavailable;
import dev.gnomon.core.objects.ObjectName;
import dev.gnomon.events.By;
import dev.gnomon.events.Outgoing;
import dev.gnomon.events.RollbackRequested;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import org.jboss.logging.Logger;

/// What was taken of webhooks, each delivery once, whoever of several processes got it:
/// `webhooks/<sender>/<key>/received`, then its requests are sent, then `.../sent`. A delivery that
/// comes again finds what the first one asked for. Thread-safe.
public final class HookLog {
  private static final Logger LOG = Logger.getLogger(HookLog.class);

  private final ControlRecords records;
  private final OpenWork openWork;
  private final Checkpoint checkpoint;
  private final Consumer<Outgoing> out;

  /// @param out returns when an event is accepted; may be given one twice
  public HookLog(
      ControlRecords records, OpenWork openWork, Checkpoint checkpoint, Consumer<Outgoing> out) {
    this.records = records;
    this.openWork = openWork;
    this.checkpoint = checkpoint;
    this.out = out;
  }

  /// @param content hash of the content that belongs to the delivery, if it may not change
  /// @param wanted empty if it came with another one that asks for both
  /// @param with key of that other one
  record Received(
      String delivery,
      Optional<String> content,
      List<Wanted> wanted,
      Optional<String> with,
      Instant time) {
    Received {
      wanted = List.copyOf(wanted);
    }
  }

  record Sent(Instant time) {}

  /// `webhooks/<sender>/<key of the content>/delivery`: the delivery that a content came with
  /// first.
  record First(String delivery) {}

  /// What became of a request.
  ///
  /// @param key under which it stands
  /// @param replayed whether it had come before
  /// @param events what it asked for, with the ids that the events have
  record Taken(String key, String delivery, boolean replayed, List<Asked> events) {}

  /// What was taken under a key, and when.
  record Found(Taken taken, Instant time) {}

  /// One rollback that is asked for by an event.
  record Asked(String id, Wanted wanted) {}

  /// What is known of causes already.
  ///
  /// @param taken what those asked for that came before
  /// @param fresh those that did not
  record Known(List<Taken> taken, List<Cause> fresh) {}

  /// Tells what came before from what did not, and sends what was received and not sent.
  ///
  /// @param causes of one request, without content that may not change
  Known known(String sender, List<Cause> causes) {
    Map<String, Received> before = new LinkedHashMap<>();
    List<Cause> fresh = new ArrayList<>();
    List<Optional<Received>> found =
        AtOnce.ask(causes, cause -> received(sender, Answers.key(cause.delivery())));
    Map<String, Optional<Received>> leaders = new HashMap<>();
    for (int i = 0; i < causes.size(); i++) {
      Cause cause = causes.get(i);
      Optional<Received> received = found.get(i);
      String key = Answers.key(cause.delivery());
      String leads = received.flatMap(Received::with).orElse(key);
      received
          .flatMap(own ->
              own.with().isEmpty()
                  ? Optional.of(own)
                  : leaders.computeIfAbsent(leads, one -> received(sender, one)))
          .ifPresentOrElse(leader -> before.put(leads, leader), () -> fresh.add(cause));
    }
    List<Taken> taken = new ArrayList<>();
    before.forEach((key, leader) ->
        taken.add(new Taken(key, leader.delivery(), true, send(sender, key, leader))));
    return new Known(taken, fresh);
  }

  /// What a delivery asked for.
  Optional<Found> find(String sender, String key) {
    return received(sender, key)
        .map(received ->
            new Found(
                new Taken(key, received.delivery(), true, asked(sender, key, received)),
                received.time()));
  }

  private static List<Asked> asked(String sender, String key, Received received) {
    return received.wanted().stream()
        .map(wanted -> new Asked(event(sender, key, wanted).id(), wanted))
        .toList();
  }

  private static Outgoing event(String sender, String key, Wanted wanted) {
    return Outgoing.of(name(sender, key, "requests/" + wanted.resource()), request(wanted));
  }

  private Optional<Received> received(String sender, String key) {
    return records.read(name(sender, key, "received"), Received.class);
  }

  /// Returns when what it asks for is recorded and sent.
  ///
  /// @throws Refusal if the delivery came before with another content
  Taken take(String sender, Rules.Request request) {
    Cause cause = request.cause();
    String delivery = cause.unsigned() ? first(sender, cause) : cause.delivery();
    String key = Answers.key(delivery);
    Optional<Received> before = received(sender, key);
    if (before.isEmpty()) {
      openWork.opened(OpenWork.Kind.WEBHOOKS, sender + "/" + key);
    }
    Outcome<Received> outcome =
        before
            .<Outcome<Received>>map(Outcome.Exists::new)
            .orElseGet(() ->
                records.create(
                    name(sender, key, "received"),
                    new Received(
                        delivery,
                        cause.content(),
                        request.wanted(),
                        Optional.empty(),
                        records.time())));
    Received received = outcome.record();
    if (!received.content().equals(cause.content())) {
      throw new Refusal(
          "delivery %s came before with another content".formatted(HookJson.shown(delivery)));
    }
    String leads = received.with().orElse(key);
    if (!leads.equals(key)) { // another process took it, with one of its own group
      openWork.closed(OpenWork.Kind.WEBHOOKS, sender + "/" + key);
      received =
          received(sender, leads)
              .orElseThrow(() ->
                  new Unavailable(
                      "delivery %s is being forgotten; send it again"
                          .formatted(HookJson.shown(delivery))));
    }
    checkpoint.reached("webhook");
    List<Asked> asked = send(sender, leads, received);
    // Killed before all of them are known, the next delivery asks once more for those that are not.
    for (Cause other : request.with()) {
      came(sender, other, leads);
    }
    return new Taken(leads, received.delivery(), outcome instanceof Outcome.Exists, asked);
  }

  private void came(String sender, Cause cause, String with) {
    records.create(
        name(sender, Answers.key(cause.delivery()), "received"),
        new Received(
            cause.delivery(), cause.content(), List.of(), Optional.of(with), records.time()));
  }

  private String first(String sender, Cause cause) {
    String key = Answers.key("content " + cause.content().orElseThrow());
    return records
        .create(name(sender, key, "delivery"), new First(cause.delivery()))
        .record()
        .delivery();
  }

  private List<Asked> send(String sender, String key, Received received) {
    ObjectName sent = name(sender, key, "sent");
    boolean again = records.exists(sent);
    if (!again) {
      received.wanted().forEach(wanted -> out.accept(event(sender, key, wanted)));
      records.create(sent, new Sent(records.time()));
      openWork.closed(OpenWork.Kind.WEBHOOKS, sender + "/" + key);
    }
    return asked(sender, key, received);
  }

  /// Sends what a process that was killed had taken and not sent.
  public void sweep() {
    Faults faults = new Faults();
    openWork.open(OpenWork.Kind.WEBHOOKS).forEach(open -> faults.keep(() -> goOn(open)));
    faults.raise();
  }

  private void goOn(String open) {
    int slash = open.indexOf('/');
    String sender = open.substring(0, slash);
    String key = open.substring(slash + 1);
    Optional<Received> received = received(sender, key);
    if (received.isEmpty()) {
      openWork.closedIfStale(OpenWork.Kind.WEBHOOKS, open);
      return;
    }
    send(sender, key, received.get());
    openWork.closed(OpenWork.Kind.WEBHOOKS, open);
    LOG.infof(
        "delivery %s of webhook sender %s goes on",
        HookJson.shown(received.get().delivery()), sender);
  }

  private static RollbackRequested request(Wanted wanted) {
    return new RollbackRequested(
        Optional.of(wanted.resource().value()),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        By.AUTOMATION,
        Optional.of(wanted.reason()),
        Optional.of(wanted.onset()),
        wanted.noticed(),
        Optional.of(wanted.evidence()));
  }

  private static ObjectName name(String sender, String key, String what) {
    return ObjectName.of("webhooks", sender, key, what);
  }
}
