package dev.gnomon.filesystem.fence;

import static org.assertj.core.api.Assertions.assertThat;

import dev.gnomon.filesystem.fence.MountTable.Mount;
import dev.gnomon.filesystem.fence.MountTable.Place;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MountTableTest {
  private static final String TABLE =
      """
      22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
      23 22 0:20 / /proc rw,nosuid - proc proc rw
      24 22 8:2 /@data /srv rw shared:2 master:1 - btrfs /dev/sdb rw
      25 24 8:1 /var/lib/with\\040blank /srv/with\\040blank ro - ext4 /dev/sda1 rw
      26 24 8:3 / /srv/over rw - xfs /dev/sdc rw
      27 24 8:4 / /srv/over rw - xfs /dev/sdd rw
      a line that is none
      """;

  @TempDir Path temp;

  @Test
  void placesPathsOnDevices() throws Exception {
    MountTable table = table();

    assertThat(table.place("/srv/site/a")).contains(new Place("8:2", "/@data/site/a"));
    assertThat(table.place("/srv")).contains(new Place("8:2", "/@data"));
    assertThat(table.place("/srvother")).contains(new Place("8:1", "/srvother"));
    assertThat(table.place("/")).contains(new Place("8:1", "/"));
    assertThat(table.place("/srv/with blank/x"))
        .contains(new Place("8:1", "/var/lib/with blank/x"));
  }

  @Test
  void lastMountOnAPointCoversTheOthers() throws Exception {
    assertThat(table().place("/srv/over/x")).contains(new Place("8:4", "/x"));
    assertThat(table().at("/srv/over")).map(Mount::device).contains("8:4");
  }

  @Test
  void knowsMountPointsAndReadOnlyMounts() throws Exception {
    assertThat(table().at("/srv/with blank")).map(Mount::readOnly).contains(true);
    assertThat(table().at("/srv/site")).isEmpty();
  }

  @Test
  void placeHoldsWhatIsBelowItOnTheSameDevice() {
    Place place = new Place("8:1", "/srv/site");

    assertThat(place.holds(new Place("8:1", "/srv/site"))).isTrue();
    assertThat(place.holds(new Place("8:1", "/srv/site/a"))).isTrue();
    assertThat(place.holds(new Place("8:1", "/srv/sites"))).isFalse();
    assertThat(place.holds(new Place("8:2", "/srv/site/a"))).isFalse();
  }

  @Test
  void readsTheTableOfThisMachine() throws Exception {
    MountTable table = MountTable.read(Path.of("/proc/self/mountinfo"));

    assertThat(table.at("/proc")).map(Mount::type).contains("proc");
    assertThat(table.place(temp.toRealPath().toString())).isPresent();
  }

  private MountTable table() throws Exception {
    return MountTable.read(Files.writeString(temp.resolve("mountinfo"), TABLE));
  }
}
