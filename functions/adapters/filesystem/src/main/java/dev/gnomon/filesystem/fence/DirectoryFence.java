package dev.gnomon.filesystem.fence;

import dev.gnomon.core.actuators.AppliedEpochs;
import dev.gnomon.core.actuators.Fence;
import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.catalogue.Writer;
import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.places.Place;
import dev.gnomon.core.routes.Fenced;
import dev.gnomon.core.routes.Location;
import dev.gnomon.filesystem.programs.ProgramRunner;
import dev.gnomon.linux.Linux;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;

/// Fences directories of this machine: renames the tree to a hidden sibling and puts an empty,
/// immutable directory at its place, then tries to write as the writer and looks for processes that
/// still hold something open (docs/adr/0003-directory-fence.md).
///
/// Takes time in the number of running processes, not in the size of the data: some 20 ms, and up
/// to [OpenWriters#DRAIN_LIMIT] more while writers finish. A file system that does not answer makes
/// a call give up ([TimeLimit]); such a call may still take effect later.
///
/// Every method throws IllegalArgumentException if the location is one that is never fenced (not
/// absolute, `/`, with `..`), and `fence` and `release` throw UncheckedIOException if the memory of
/// epochs fails.
public final class DirectoryFence implements Fence {
  private final AppliedEpochs epochs;
  private final Syscalls calls;
  private final FenceMoves moves;
  private final TrialWrite trial;
  private final OpenWriters openWriters;
  private final int ownUid;

  /// @param epochs remembers epochs over restarts, shared by all processes that fence the same
  ///   locations
  public DirectoryFence(AppliedEpochs epochs, ProgramRunner programs) {
    this(epochs, new LinuxSyscalls(), new TrialWrite(programs, uid()), new OpenWriters(), uid());
    // Linking takes a while; a first fence should not wait for it.
    Thread.ofPlatform().daemon().name("fence-link").start(Linux::isAvailable);
  }

  DirectoryFence(
      AppliedEpochs epochs, Syscalls calls, TrialWrite trial, OpenWriters openWriters, int ownUid) {
    this.epochs = epochs;
    this.calls = calls;
    this.moves = new FenceMoves(calls, ownUid);
    this.trial = trial;
    this.openWriters = openWriters;
    this.ownUid = ownUid;
  }

  @Override
  public Capability capability(Resource resource, Location location) {
    return TimeLimit.LOOK.on(
        () -> judge(resource, location), late -> new Capability(false, location + " " + late));
  }

  @Override
  public Outcome fence(Resource resource, Location location, Epoch epoch) {
    return TimeLimit.CHANGE.on(
        () ->
            epochs.inTurn(
                key(resource, location),
                epoch,
                () -> raise(resource, location, epoch),
                Outcome.Outdated::new),
        late -> new Outcome.Unreachable(location + " " + late));
  }

  @Override
  public Optional<Place> content(Resource resource, Location location) {
    return tree(location).map(Place::of);
  }

  private Optional<Path> tree(Location location) {
    return TimeLimit.LOOK.on(
        () -> {
          try {
            FenceNames names = FenceNames.of(location.path());
            Standing standing = Standing.look(names, ownUid);
            return switch (standing.tree()) {
              case AT_LOCATION -> Optional.of(names.location()).filter(Files::isDirectory);
              case HIDDEN -> Optional.of(names.hidden());
              case NOWHERE -> Optional.<Path>empty();
            };
          } catch (IOException e) {
            return Optional.<Path>empty();
          }
        },
        late -> Optional.empty());
  }

  @Override
  public <T> Held<T> held(
      Resource resource, Location location, Epoch epoch, Function<Place, T> work) {
    return epochs.during(
        key(resource, location),
        epoch,
        () ->
            content(resource, location)
                .<Held<T>>map(place -> new Held.Done<>(work.apply(place)))
                .orElseGet(() -> new Held.Unreachable<>(location + " is not there")),
        Held.Passed::new);
  }

  @Override
  public Release release(Resource resource, Location location, Epoch epoch) {
    return TimeLimit.CHANGE.on(
        () ->
            epochs.inTurn(
                key(resource, location), epoch, () -> lift(location, epoch), Release.Outdated::new),
        late -> new Release.Unreachable(location + " " + late));
  }

  private static String key(Resource resource, Location location) {
    return "fence " + resource.name() + " " + location;
  }

  private Release lift(Location location, Epoch epoch) {
    try {
      List<Path> strays = moves.lift(FenceNames.of(location.path()), epoch);
      return new Release.Lifted(strays.stream().findFirst());
    } catch (IOException e) {
      return new Release.Unreachable(Faults.reason(e));
    }
  }

  private Outcome raise(Resource resource, Location location, Epoch epoch) {
    FenceNames names;
    try {
      names = FenceNames.of(location.path());
    } catch (IOException e) {
      return new Outcome.Unreachable(Faults.reason(e));
    }
    try {
      return proven(resource, names, moves.raise(names, resource.name(), epoch));
    } catch (IOException e) {
      return half(names, e);
    }
  }

  /// The tree is away from its location; can it still be written?
  private Outcome proven(Resource resource, FenceNames names, FenceMoves.Raised raised) {
    Writer writer = writer(resource, raised.tree());
    String moved = names.location() + " was moved to " + names.hidden().getFileName();
    String refused;
    switch (trial.write(writer, names.location(), raised.loose().isEmpty())) {
      case TrialWrite.Answer.Refused(String words) -> refused = words;
      case TrialWrite.Answer answer -> {
        return advisory(moved + ", but " + shortcoming(answer, writer, raised.loose()));
      }
    }
    Optional<String> holders = openWriters.remaining(names.hidden(), writer.uid());
    return holders.isPresent()
        ? advisory(moved + ", but " + holders.get())
        : new Outcome.Done(
            Fenced.ENFORCED,
            moved
                + "; a write at its location as "
                + words(writer)
                + " was refused ("
                + refused
                + ") and no process that can be looked into has it open for writing");
  }

  /// The location resisted, or stopped answering.
  private Outcome half(FenceNames names, IOException fault) {
    String reason = Faults.reason(fault);
    try {
      Standing standing = Standing.look(names, ownUid);
      return switch (standing.tree()) {
        case NOWHERE -> new Outcome.Unreachable(reason);
        case HIDDEN ->
            advisory(
                names.location()
                    + " was moved to "
                    + names.hidden().getFileName()
                    + ", but its place could not be closed: "
                    + reason);
        case AT_LOCATION ->
            Faults.away(fault)
                ? new Outcome.Unreachable(reason)
                : advisory(names.location() + " can't be moved away: " + reason);
      };
    } catch (IOException e) {
      return new Outcome.Unreachable(Faults.reason(e));
    }
  }

  private Capability judge(Resource resource, Location location) {
    try {
      FenceNames names = FenceNames.of(location.path());
      Standing standing = Standing.look(names, ownUid);
      Optional<String> obstacle = Obstacles.of(names, standing, calls);
      if (obstacle.isPresent()) {
        return new Capability(false, obstacle.get());
      }
      boolean fenced = standing.tree() == Standing.Tree.HIDDEN;
      Path tree = fenced ? names.hidden() : names.location();
      Writer writer = writer(resource, fenced ? standing.hidden() : standing.location());
      boolean fixed =
          fenced
              ? calls.immutable(names.location()).orElse(false)
              : calls.canSetImmutable(names.parent());
      TrialWrite.Answer answer = trial.look(writer, names.location(), fixed);
      if (!(answer instanceof TrialWrite.Answer.Refused)) {
        Optional<String> loose = Optional.of("a placeholder can't be made immutable here");
        return new Capability(false, shortcoming(answer, writer, fixed ? Optional.empty() : loose));
      }
      Optional<String> holders = openWriters.remaining(tree, writer.uid());
      return holders.isPresent()
          ? new Capability(false, holders.get())
          : new Capability(
              true, tree + " can be moved away, and " + words(writer) + " can't write then");
    } catch (IOException e) {
      return new Capability(false, "it can't be reached: " + Faults.reason(e));
    }
  }

  private static String shortcoming(
      TrialWrite.Answer answer, Writer writer, Optional<String> loose) {
    String why = loose.map(reason -> " (" + reason + ")").orElse("");
    return switch (answer) {
      case TrialWrite.Answer.Written() -> "a write as " + words(writer) + " was not refused" + why;
      case TrialWrite.Answer.Replaceable() ->
          words(writer) + " may replace what stands at its location" + why;
      case TrialWrite.Answer.Impossible(String reason) ->
          "a write as " + words(writer) + " could not be tried: " + reason;
      case TrialWrite.Answer.Refused(String refusal) -> "refused: " + refusal;
    };
  }

  private static Outcome advisory(String evidence) {
    return new Outcome.Done(Fenced.ADVISORY, evidence);
  }

  private static Writer writer(Resource resource, Standing.Entry tree) {
    return resource.writer().orElseGet(() -> new Writer(tree.uid(), tree.gid()));
  }

  private static String words(Writer writer) {
    return "uid "
        + Integer.toUnsignedString(writer.uid())
        + ", gid "
        + Integer.toUnsignedString(writer.gid());
  }

  private static int uid() {
    try {
      return (int) Files.getAttribute(Path.of("/proc/self"), "unix:uid");
    } catch (IOException | UnsupportedOperationException e) {
      return -1; // No procfs: nothing is taken for a placeholder of ours, no fence is enforced.
    }
  }
}
