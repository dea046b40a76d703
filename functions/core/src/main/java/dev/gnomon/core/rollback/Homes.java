package dev.gnomon.core.rollback;

import dev.gnomon.core.catalogue.Resource;
import dev.gnomon.core.control.ControlRecords;
import dev.gnomon.core.control.RecordLog;
import dev.gnomon.core.control.RecordLog.Numbered;
import dev.gnomon.core.ids.ResourceName;
import dev.gnomon.core.places.Place;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;

/// Remembers in which directory the location of each resource lay when it was last seen, so that a
/// location that was deleted is told from one whose disk is away: below a mount point that is not
/// mounted there is another directory.
public final class Homes {
  private final ControlRecords records;

  public Homes(ControlRecords records) {
    this.records = records;
  }

  /// `homes/<resource>/<n>`.
  ///
  /// @param parentInode inode number of the directory that the location lies in
  record Home(String location, long parentInode) {}

  /// Looks at the location, if it is there. For start-up.
  public void remember(Resource resource) {
    if (!(resource.location() instanceof Place.Directory(Path location))) {
      return;
    }
    Optional<Long> parent = parentInode(location);
    if (parent.isEmpty() || !Files.isDirectory(location, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    RecordLog<Home> log = log(resource.name());
    Home home = new Home(location.toString(), parent.get());
    Optional<Numbered<Home>> last = log.last();
    if (last.map(Numbered::record).filter(home::equals).isEmpty()) {
      // If another process is faster, it has seen the same.
      log.append(last.map(Numbered::number).orElse(0L) + 1, home);
    }
  }

  /// Whether the location of a resource is not there, although the directory that it lay in is.
  boolean deleted(Resource resource) {
    return resource.location() instanceof Place.Directory(Path location)
        && Files.notExists(location, LinkOption.NOFOLLOW_LINKS)
        && log(resource.name())
            .last()
            .map(Numbered::record)
            .filter(home -> home.location().equals(location.toString()))
            .filter(home ->
                parentInode(location).filter(found -> found == home.parentInode()).isPresent())
            .isPresent();
  }

  private static Optional<Long> parentInode(Path location) {
    Path parent = location.getParent();
    if (parent == null) {
      return Optional.empty();
    }
    try {
      return Optional.of((Long) Files.getAttribute(parent, "unix:ino"));
    } catch (IOException | UnsupportedOperationException e) {
      return Optional.empty();
    }
  }

  private RecordLog<Home> log(ResourceName resource) {
    return new RecordLog<>(records, "homes/" + resource, Home.class);
  }
}
