package dev.gnomon.filesystem.fence;

import dev.gnomon.core.ids.Epoch;
import dev.gnomon.core.ids.ResourceName;
import java.io.IOException;
import java.nio.file.DirectoryNotEmptyException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// Raises and lifts a fence, step by step. Each round looks at what is there and takes the next
/// step from it, so that a call that was killed anywhere, or that races with writers, ends the same
/// when it is made again. One caller at a time.
final class FenceMoves {
  /// Rounds until a fence stands; each beyond the third is a writer that came in between.
  private static final int MAX_ROUNDS = 16;

  private final Syscalls calls;
  private final int ownUid;

  FenceMoves(Syscalls calls, int ownUid) {
    this.calls = calls;
    this.ownUid = ownUid;
  }

  /// @param tree the entry that the tree is, now at the hidden name
  /// @param loose why the placeholder could not be made immutable; empty if it is
  record Raised(Standing.Entry tree, Optional<String> loose) {}

  /// Moves the tree to the hidden name and leaves a placeholder at its location.
  ///
  /// @throws NoSuchFileException if there is no tree
  Raised raise(FenceNames names, ResourceName resource, Epoch epoch) throws IOException {
    for (int round = 1; ; round++) {
      Standing standing = Standing.look(names, ownUid);
      switch (standing.tree()) {
        case NOWHERE -> throw new NoSuchFileException(names.location().toString());
        case AT_LOCATION -> hide(names, standing, resource, epoch);
        case HIDDEN -> {
          if (standing.state().filter(state -> state.epoch().equals(epoch)).isEmpty()) {
            writeState(names, resource, epoch, standing.hidden());
          }
          Optional<Raised> raised = block(names, standing, epoch);
          if (raised.isPresent()) {
            calls.sync(names.parent());
            return raised.get();
          }
        }
      }
      refuseRound(round, names);
    }
  }

  private void hide(FenceNames names, Standing standing, ResourceName resource, Epoch epoch)
      throws IOException {
    if (standing.location().kind() == Standing.Kind.OTHER) {
      throw new NotDirectoryException(names.location().toString());
    }
    clearHidden(names, standing, epoch);
    try {
      writeState(names, resource, epoch, standing.location());
      calls.makePlaceholder(names.hidden());
      if (!calls.exchange(names.location(), names.hidden())) {
        calls.removeEmpty(names.hidden());
        calls.move(names.location(), names.hidden());
      }
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException | NoSuchFileException e) {
      // Something came in between; the next round sees it.
    } catch (IOException e) {
      takeBack(names, e);
      throw e;
    }
  }

  /// A location that can't be moved is left as it was found.
  private void takeBack(FenceNames names, IOException why) {
    try {
      Standing standing = Standing.look(names, ownUid);
      if (standing.tree() == Standing.Tree.AT_LOCATION) {
        if (standing.hidden().kind() == Standing.Kind.PLACEHOLDER) {
          calls.removeEmpty(names.hidden());
        }
        calls.delete(names.state());
      }
    } catch (IOException e) {
      why.addSuppressed(e);
    }
  }

  /// Makes the location refuse writers; empty if something came in between.
  private Optional<Raised> block(FenceNames names, Standing standing, Epoch epoch)
      throws IOException {
    if (standing.location().kind() != Standing.Kind.PLACEHOLDER) {
      if (standing.location().there()) {
        aside(names.location(), standing.location(), names.freeStray(epoch.value()));
      }
      try {
        calls.makePlaceholder(names.location());
      } catch (FileAlreadyExistsException e) {
        return Optional.empty();
      }
    }
    Optional<String> loose = calls.setImmutable(names.location(), true);
    // Root may have put something into it just before it became immutable.
    boolean blocked = Standing.look(names, ownUid).location().kind() == Standing.Kind.PLACEHOLDER;
    return blocked || loose.isPresent()
        ? Optional.of(new Raised(standing.hidden(), loose))
        : Optional.empty();
  }

  /// Brings the tree back to its location.
  ///
  /// @return what writers had put there, where it lies now, oldest first
  /// @throws NoSuchFileException if there is no tree
  List<Path> lift(FenceNames names, Epoch epoch) throws IOException {
    for (int round = 1; ; round++) {
      Standing standing = Standing.look(names, ownUid);
      switch (standing.tree()) {
        case NOWHERE -> throw new NoSuchFileException(names.location().toString());
        case HIDDEN -> bringBack(names, standing, epoch);
        case AT_LOCATION -> {
          if (clearHidden(names, standing, epoch)) {
            return finish(names, standing, epoch);
          }
        }
      }
      refuseRound(round, names);
    }
  }

  private void bringBack(FenceNames names, Standing standing, Epoch epoch) throws IOException {
    Path location = names.location();
    try {
      switch (standing.location().kind()) {
        case NOTHING -> calls.move(names.hidden(), location);
        case PLACEHOLDER -> {
          calls.setImmutable(location, false);
          if (!calls.exchange(location, names.hidden())) {
            calls.removeEmpty(location);
          }
        }
        case DIRECTORY, OTHER -> {
          if (standing.location().kind() == Standing.Kind.DIRECTORY) {
            calls.setImmutable(location, false);
          }
          if (!calls.exchange(location, names.hidden())) {
            aside(location, standing.location(), names.freeStray(strayEpoch(standing, epoch)));
          }
        }
      }
    } catch (FileAlreadyExistsException | DirectoryNotEmptyException | NoSuchFileException e) {
      // A writer came in between; the next round sees what it did.
    }
  }

  private List<Path> finish(FenceNames names, Standing standing, Epoch epoch) throws IOException {
    List<Path> strays =
        standing.state().isPresent()
            ? names.strays(standing.state().get().epoch())
            : straysOfFinished(names, epoch);
    if (calls.delete(names.state())) {
      calls.sync(names.parent());
    }
    return strays;
  }

  /// A repeated call: what the call before it moved aside was fenced for the epoch before, or this.
  private static List<Path> straysOfFinished(FenceNames names, Epoch epoch) throws IOException {
    List<Path> before =
        epoch.value() > 1 ? names.strays(new Epoch(epoch.value() - 1)) : List.<Path>of();
    return before.isEmpty() ? names.strays(epoch) : before;
  }

  /// Frees the hidden name while the tree is at its location.
  ///
  /// @return false if something came in between
  private boolean clearHidden(FenceNames names, Standing standing, Epoch epoch) throws IOException {
    switch (standing.hidden().kind()) {
      case NOTHING -> {}
      case PLACEHOLDER -> {
        calls.setImmutable(names.hidden(), false);
        try {
          calls.removeEmpty(names.hidden());
        } catch (DirectoryNotEmptyException | NoSuchFileException e) {
          return false;
        }
      }
      case DIRECTORY, OTHER ->
          aside(names.hidden(), standing.hidden(), names.freeStray(strayEpoch(standing, epoch)));
    }
    return true;
  }

  private void aside(Path path, Standing.Entry entry, Path stray) throws IOException {
    if (entry.kind() == Standing.Kind.DIRECTORY) {
      calls.setImmutable(path, false);
    }
    try {
      calls.move(path, stray);
    } catch (NoSuchFileException e) {
      // Whoever made it took it away again.
    }
  }

  private static long strayEpoch(Standing standing, Epoch epoch) {
    return standing.state().map(FenceState::epoch).orElse(epoch).value();
  }

  private void writeState(FenceNames names, ResourceName resource, Epoch epoch, Standing.Entry tree)
      throws IOException {
    calls.write(names.state(), FenceState.of(resource, epoch, tree.inode(), names).bytes());
  }

  private static void refuseRound(int round, FenceNames names) throws IOException {
    if (round == MAX_ROUNDS) {
      throw new IOException(
          "writers changed " + names.location() + " in each of " + MAX_ROUNDS + " rounds");
    }
  }
}
