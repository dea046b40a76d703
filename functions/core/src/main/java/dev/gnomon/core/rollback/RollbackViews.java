package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.RollbackMode;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.rollback.Steps.DoneStep;
import dev.gnomon.core.rollback.Steps.FailStep;
import dev.gnomon.core.rollback.Steps.RejectStep;
import dev.gnomon.core.rollback.Steps.Terminal;
import dev.gnomon.core.routes.Route;
import dev.gnomon.core.routes.RouteTable;
import dev.gnomon.core.shadow.PointRef;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// What people see of rollbacks, read from their records.
public final class RollbackViews {
  private static final Pattern INTENT = Pattern.compile("rollbacks/([^/]+)/([0-9]{20})/intent");
  private static final List<String> STEPS =
      List.of(
          "done",
          "returned",
          "return-validated",
          "return-restored",
          "return-point",
          "frozen",
          "repaired",
          "released",
          "undo",
          "fenced",
          "intent");

  private final ControlRecords records;
  private final RouteTable routes;

  public RollbackViews(ControlRecords records, RouteTable routes) {
    this.records = records;
    this.routes = routes;
  }

  /// State of a rollback or of one of its resources.
  public enum State {
    RUNNING,
    SERVING,
    FAILED,
    OVERTAKEN
  }

  /// A rollback of a resource or a group.
  public record View(String rollback, State state, List<Member> resources) {}

  /// @param step last step whose effect is there
  /// @param strays what writers did to the old primary behind its fence, and where it is kept
  /// @param reason why it failed, or why points were rejected, or what its return waits for
  public record Member(
      String rollback,
      ResourceName resource,
      RollbackMode mode,
      Epoch epochBefore,
      Optional<Epoch> epochAfter,
      PointRef point,
      State state,
      String step,
      Optional<PointRef> undo,
      String why,
      Optional<String> reason,
      Optional<String> strays,
      long filesRestored,
      long bytesRestored,
      Instant time) {}

  public Optional<View> of(String id) {
    Optional<Member> single = RollbackRecords.of(records, id).flatMap(this::member);
    if (single.isPresent()) {
      return single.map(member -> new View(id, member.state(), List.of(member)));
    }
    return GroupLog.of(records, id).flatMap(log -> log.get(id)).map(this::group);
  }

  /// Rollbacks of resources, newest first. By a list, for people.
  public List<Member> newest(int limit) {
    return records.names("rollbacks/").stream()
        .map(name -> INTENT.matcher(name.value()))
        .filter(Matcher::matches)
        .map(matcher ->
            new RollbackRecords(
                records,
                new ResourceName(matcher.group(1)),
                new Epoch(Long.parseLong(matcher.group(2)))))
        .flatMap(at -> member(at).stream())
        .sorted(Comparator.comparing(Member::time).reversed())
        .limit(limit)
        .toList();
  }

  private View group(Group group) {
    List<Member> members = group.members().stream().map(member -> member(group, member)).toList();
    State state =
        members.stream().anyMatch(member -> member.state() == State.RUNNING)
            ? State.RUNNING
            : members.stream()
                .map(Member::state)
                .filter(one -> one != State.SERVING)
                .findFirst()
                .orElse(State.SERVING);
    return new View(group.id(), state, members);
  }

  private Member member(Group group, Group.Member member) {
    RollbackRecords at = new RollbackRecords(records, member.resource(), member.epochBefore());
    Optional<Intent> intent = at.intent();
    if (intent.isEmpty()) {
      return notBegun(group, member, State.RUNNING, Optional.empty());
    }
    return group.owns(intent.get())
        ? member(at, intent.get())
        : notBegun(
            group,
            member,
            State.FAILED,
            Optional.of("rollback " + intent.get().correlation() + " came first"));
  }

  private static Member notBegun(
      Group group, Group.Member member, State state, Optional<String> reason) {
    return new Member(
        member.rollback(),
        member.resource(),
        member.mode(),
        member.epochBefore(),
        Optional.empty(),
        member.candidates().getFirst().point(),
        state,
        "announced",
        Optional.empty(),
        member.why(),
        reason,
        Optional.empty(),
        0,
        0,
        group.time());
  }

  private Optional<Member> member(RollbackRecords at) {
    return at.intent().map(intent -> member(at, intent));
  }

  private Member member(RollbackRecords at, Intent intent) {
    Optional<DoneStep> done = at.done();
    List<RejectStep> rejected = at.rejected();
    int index = Math.min(rejected.size(), intent.candidates().size() - 1);
    Optional<String> reason =
        at.read("failed", FailStep.class)
            .filter(failed -> done.map(end -> end.terminal() != Terminal.SERVING).orElse(true))
            .map(FailStep::reason)
            .or(() ->
                rejected.isEmpty()
                    ? Optional.empty()
                    : Optional.of(
                        rejected.getLast().point()
                            + " was rejected: "
                            + rejected.getLast().reason()))
            .or(() -> done.isEmpty() && !at.has("freezing") ? waits(at) : Optional.empty());
    return new Member(
        at.id(),
        intent.resource(),
        intent.mode(),
        intent.epochBefore(),
        done.map(DoneStep::epochAfter),
        done.flatMap(DoneStep::point).orElse(intent.candidates().get(index).point()),
        done.map(DoneStep::terminal).map(RollbackViews::state).orElse(State.RUNNING),
        STEPS.stream().filter(at::has).findFirst().orElse("intent"),
        done.flatMap(DoneStep::undo)
            .or(() -> at.read("undo", Steps.UndoStep.class).flatMap(Steps.UndoStep::ref)),
        intent.why(),
        reason,
        strays(at),
        done.map(DoneStep::filesRestored).orElse(0L),
        done.map(DoneStep::bytesRestored).orElse(0L),
        intent.time());
  }

  private static Optional<String> waits(RollbackRecords at) {
    return at.read("return-waits", Steps.WaitStep.class)
        .filter(ignored -> !at.has("return-ordered"))
        .map(step ->
            "the return waits since %s: %s%s (gnomon merit return %s)"
                .formatted(step.since(), step.reason(), proof(at, step), at.resource()));
  }

  private static String proof(RollbackRecords at, Steps.WaitStep step) {
    return step.proof()
        .map(needed ->
            "; not before %s%s"
                .formatted(
                    WaitToReturn.proved(at, step.since(), needed),
                    at.setbacks()
                        .last()
                        .map(last ->
                            ", for at %s it did not do well: %s"
                                .formatted(last.record().at(), last.record().reason()))
                        .orElse("")))
        .orElse("");
  }

  /// What the return of a resource to its old primary waits for now, if one does.
  public Optional<String> returnWaits(Route current) {
    return new Brought(records, routes)
        .by(current)
        .filter(at -> !at.has("freezing") && !at.has("done"))
        .flatMap(RollbackViews::waits);
  }

  private static Optional<String> strays(RollbackRecords at) {
    Optional<String> changed =
        at.read("strays", Steps.StrayStep.class)
            .filter(step -> !step.comparison().equal())
            .map(step ->
                "%d paths changed behind the fence%s"
                    .formatted(
                        step.comparison().differences(),
                        step.kept().map(kept -> ", kept as " + kept).orElse("")));
    Optional<String> aside =
        Stream.of("released", "returned", "rested")
            .flatMap(move -> at.read(move, Steps.MoveStep.class).stream())
            .flatMap(move -> move.strays().stream())
            .findFirst()
            .map(path -> "moved aside: " + path);
    return changed.map(text -> aside.map(more -> text + "; " + more).orElse(text)).or(() -> aside);
  }

  private static State state(Terminal terminal) {
    return switch (terminal) {
      case SERVING -> State.SERVING;
      case FAILED -> State.FAILED;
      case OVERTAKEN -> State.OVERTAKEN;
    };
  }
}
