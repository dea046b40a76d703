package dev.gnomon.store;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/// Trees for tests, and a description of a tree by other programs than the store.
final class Trees {
  private Trees() {}

  /// Everything that a restore has to bring back, as find, sha256sum and getfattr see it.
  static String describe(Path root) {
    return shell(
        root,
        """
        export LC_ALL=C
        find . -xdev -printf '%y %m %U %G %T@ %l\\t%p\\n' | sed 's/ \\([0-9]*[.][0-9]*\\) / \\1 /' | sort
        find . -xdev -type f -print0 | sort -z | xargs -0 -r sha256sum
        find . -xdev -type f -links +1 -printf '%i\\t%p\\n' | sort -k2 \
          | awk -F'\\t' '!($1 in first) {first[$1] = $2} {print $2 " = " first[$1]}'
        if command -v getfattr >/dev/null; then getfattr -R -P -h -d -m - -e hex . 2>/dev/null; fi
        """);
  }

  /// Runs a script in a directory; its output as bytes, one char each.
  static String shell(Path directory, String script) {
    try {
      Process process =
          new ProcessBuilder("bash", "-c", script)
              .directory(directory.toFile())
              .redirectErrorStream(true)
              .start();
      process.getOutputStream().close();
      String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
      int code = process.waitFor();
      if (code != 0) {
        throw new IllegalStateException("script answered " + code + ": " + output);
      }
      return output;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  static Path write(Path file, String content) {
    try {
      Files.createDirectories(file.getParent());
      return Files.writeString(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static Path write(Path file, byte[] content) {
    try {
      Files.createDirectories(file.getParent());
      return Files.write(file, content);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static byte[] random(long seed, int length) {
    byte[] bytes = new byte[length];
    new java.util.Random(seed).nextBytes(bytes);
    return bytes;
  }

  /// A few kinds of everything that a directory may hold, as far as this user and this file system
  /// can make it; what can't be made is said.
  static void fill(Path root) {
    String cant =
        shell(
            root,
            """
            : > probe; setfattr -n user.probe -v 1 probe 2>/dev/null || echo 'no extended attributes'
            [ "$(id -u)" = 0 ] || echo 'no owners but oneself, no trusted attributes'
            rm probe
            """);
    cant.lines().forEach(what -> System.out.println("skipped in " + root + ": " + what));
    shell(
        root,
        """
        set -e
        try() { "$@" 2>/dev/null || true; }
        mkdir -p a/b/c empty 'with space' .hidden
        echo one > a/one; echo two > a/b/two; : > a/b/c/nothing
        head -c 3000000 /dev/urandom > a/big
        head -c 9000000 /dev/zero > a/zeros
        ln -s b/two a/link; ln -s /nowhere/at/all dangling; ln -s b/ a/slash; ln -s a//one doubled
        ln a/one a/b/hard; ln a/one zlast
        echo secret > .hidden/file; chmod 600 .hidden/file; chmod 0750 a/b; chmod 4755 a/b/two
        try chown 1234:4321 a/big; try chown -h 1:2 dangling
        try setfattr -n user.colour -v blue a/one; try setfattr -n user.dir -v yes a/b
        try setfattr -n trusted.mark -v 1 a/big
        touch -h -d '2001-02-03 04:05:06.123456789' a/link a/b/two
        touch -d '1969-12-31 23:00:00' 'with space'
        touch -d '2020-01-01 00:00:00.000000001' a
        """);
  }
}
