package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Predicate;
import java.util.stream.Collectors;

/// Finds the processes that can write a tree although its path no longer leads there: with files
/// open for writing, directories open, a working or root directory in it, a shared writable
/// mapping, or a mount of something inside it (such as a container's volume).
///
/// Sees the processes of this PID namespace, this process excepted, and not what the kernel itself
/// writes to (loop devices, exports over NFS).
final class OpenWriters {
  /// How long one look at all processes may take; what was not seen by then counts as a holder.
  static final Duration SCAN_LIMIT = Duration.ofSeconds(2);

  /// How long writers get to finish what they have open.
  static final Duration DRAIN_LIMIT = Duration.ofMillis(1000);

  private static final Duration DRAIN_STEP = Duration.ofMillis(5);
  private static final int MAX_NAMED = 5;

  private final long self = ProcessHandle.current().pid();
  private final Path proc;
  private final Duration scanLimit;
  private final Duration drainLimit;

  OpenWriters() {
    this(Path.of("/proc"), SCAN_LIMIT, DRAIN_LIMIT);
  }

  OpenWriters(Path proc, Duration scanLimit, Duration drainLimit) {
    this.proc = proc;
    this.scanLimit = scanLimit;
    this.drainLimit = drainLimit;
  }

  /// Waits, at most [#DRAIN_LIMIT], until nobody can write the tree any more.
  ///
  /// @param writerUid whose processes have to be seen; others that may not be looked into are
  ///   passed
  /// @return who still can, in words; empty if nobody
  Optional<String> remaining(Path tree, int writerUid) {
    long deadline = System.nanoTime() + drainLimit.toNanos();
    while (true) {
      Map<ProcessFiles, String> holders = scan(tree, writerUid);
      if (holders.isEmpty()) {
        return Optional.empty();
      }
      // Watch those only, which is cheap; then look at all again, since a child may have inherited.
      while (!holders.isEmpty()) {
        if (System.nanoTime() >= deadline || Thread.currentThread().isInterrupted()) {
          return Optional.of(words(holders));
        }
        LockSupport.parkNanos(DRAIN_STEP.toNanos());
        boolean unseen = holders.keySet().stream().anyMatch(holder -> holder.pid() == 0);
        holders =
            unseen
                ? scan(tree, writerUid)
                : new Look(tree, writerUid).at(List.copyOf(holders.keySet()));
      }
    }
  }

  /// One look at every process: who can write the tree, and by what.
  Map<ProcessFiles, String> scan(Path tree, int writerUid) {
    try {
      return new Look(tree, writerUid).at(processes());
    } catch (IOException e) {
      return Map.of(new ProcessFiles(0, proc), "can't be read: " + Faults.reason(e));
    }
  }

  private List<ProcessFiles> processes() throws IOException {
    List<ProcessFiles> found = new ArrayList<>();
    try (DirectoryStream<Path> entries = Files.newDirectoryStream(proc, "[0-9]*")) {
      for (Path entry : entries) {
        found.add(new ProcessFiles(Long.parseLong(entry.getFileName().toString()), entry));
      }
    } catch (DirectoryIteratorException e) {
      throw e.getCause();
    }
    if (found.isEmpty()) {
      throw new IOException(proc + " shows no processes");
    }
    return found;
  }

  private static String words(Map<ProcessFiles, String> holders) {
    String named =
        holders.entrySet().stream()
            .limit(MAX_NAMED)
            .map(holder ->
                holder.getKey().pid() == 0
                    ? holder.getKey().dir() + " " + holder.getValue()
                    : "process "
                        + holder.getKey().pid()
                        + " ("
                        + holder.getKey().command()
                        + ") "
                        + holder.getValue())
            .collect(Collectors.joining(", "));
    int more = holders.size() - MAX_NAMED;
    return more > 0 ? named + " and " + more + " more" : named;
  }

  /// One pass over processes, which reads each mount namespace once.
  private final class Look {
    private final String tree;
    private final int writerUid;
    private final Map<String, MountTable> namespaces = new HashMap<>();
    private final boolean mayLookIntoOthers = Capabilities.has(Capabilities.SYS_PTRACE);
    private final long deadline = System.nanoTime() + scanLimit.toNanos();
    private Optional<String> ownNamespace = Optional.empty();
    private Optional<MountTable.Place> place = Optional.empty();

    Look(Path tree, int writerUid) {
      this.tree = ProcessFiles.characters(tree);
      this.writerUid = writerUid;
    }

    Map<ProcessFiles, String> at(List<ProcessFiles> processes) {
      Map<ProcessFiles, String> holders = new java.util.LinkedHashMap<>();
      try {
        ProcessFiles own = new ProcessFiles(self, proc.resolve("self"));
        ownNamespace = Optional.of(own.mountNamespace());
        MountTable mounts = own.mounts();
        place = mounts.place(tree);
        namespaces.put(ownNamespace.get(), mounts);
        mountedPart(mounts).ifPresent(part -> holders.put(own, part));
      } catch (IOException e) {
        holders.put(new ProcessFiles(0, proc), "can't be read: " + Faults.reason(e));
      }
      for (ProcessFiles process : processes) {
        if (process.pid() == self) {
          continue;
        }
        if (System.nanoTime() >= deadline) {
          holders.put(
              new ProcessFiles(0, proc),
              "could not be looked through within " + scanLimit.toMillis() + " ms");
          break;
        }
        grip(process).ifPresent(grip -> holders.put(process, grip));
      }
      return holders;
    }

    private Optional<String> grip(ProcessFiles process) {
      try {
        String namespace = process.mountNamespace();
        if (ownNamespace.filter(namespace::equals).isPresent()) {
          return process.grip(path -> MountTable.isBelow(path, tree));
        }
        MountTable mounts = namespaces.get(namespace);
        if (mounts == null) {
          mounts = process.mounts();
          namespaces.put(namespace, mounts);
          Optional<String> part = mountedPart(mounts);
          if (part.isPresent()) {
            return part;
          }
        }
        return process.grip(elsewhere(mounts));
      } catch (AccessDeniedException e) {
        return hidden(process);
      } catch (IOException e) {
        return ProcessFiles.gone(e)
            ? Optional.empty()
            : Optional.of("can't be looked into: " + Faults.reason(e));
      }
    }

    /// With the right to look into others, what is still refused belongs to the system that runs
    /// this one and is no writer; without it, a process of the writer's user may hold anything.
    private Optional<String> hidden(ProcessFiles process) {
      return !mayLookIntoOthers && process.uid().filter(uid -> uid == writerUid).isPresent()
          ? Optional.of("belongs to the writer and can't be looked into")
          : Optional.empty();
    }

    private Predicate<String> elsewhere(MountTable mounts) {
      return path ->
          place.isPresent()
              && path.startsWith("/")
              && mounts.place(path).filter(place.get()::holds).isPresent();
    }

    /// A writable mount of the tree, or of a part of it, stays writable wherever the tree is moved.
    private Optional<String> mountedPart(MountTable mounts) {
      return mounts.mounts().stream()
          .filter(mount -> !mount.readOnly() && place.isPresent())
          .filter(mount -> place.get().holds(new MountTable.Place(mount.device(), mount.root())))
          .findFirst()
          .map(mount -> "sees a part of the tree mounted at " + mount.point());
    }
  }
}
