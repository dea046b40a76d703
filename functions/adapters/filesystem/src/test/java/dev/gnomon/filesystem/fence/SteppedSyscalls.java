package dev.gnomon.filesystem.fence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/// The real calls, with a kill after the n-th effect, and with features taken away.
final class SteppedSyscalls implements Syscalls {
  private final Syscalls calls = new LinuxSyscalls();
  private final int killAfter;
  private final boolean canExchange;
  private final boolean canFix;
  private final Runnable between;
  private int effects;

  static final class Killed extends Error {
    private static final long serialVersionUID = 1L;
  }

  /// @param killAfter number of effects until the kill; a file is two effects: written and renamed
  SteppedSyscalls(int killAfter, boolean canExchange, boolean canFix) {
    this(killAfter, canExchange, canFix, () -> {});
  }

  /// @param between what others do after each effect
  SteppedSyscalls(int killAfter, boolean canExchange, boolean canFix, Runnable between) {
    this.between = between;
    this.killAfter = killAfter;
    this.canExchange = canExchange;
    this.canFix = canFix;
  }

  static SteppedSyscalls withoutKill(boolean canExchange, boolean canFix) {
    return new SteppedSyscalls(Integer.MAX_VALUE, canExchange, canFix);
  }

  private void effect() {
    effects++;
    between.run();
    if (effects >= killAfter) {
      throw new Killed();
    }
  }

  @Override
  public void makePlaceholder(Path dir) throws IOException {
    calls.makePlaceholder(dir);
    effect();
  }

  @Override
  public boolean exchange(Path one, Path other) throws IOException {
    boolean done = canExchange && calls.exchange(one, other);
    if (done) {
      effect();
    }
    return done;
  }

  @Override
  public void move(Path from, Path to) throws IOException {
    calls.move(from, to);
    effect();
  }

  @Override
  public Optional<String> setImmutable(Path dir, boolean immutable) {
    if (!canFix) {
      return Optional.of("no such flag in this test");
    }
    Optional<String> answer = calls.setImmutable(dir, immutable);
    effect();
    return answer;
  }

  @Override
  public Optional<Boolean> immutable(Path path) {
    return canFix ? calls.immutable(path) : Optional.empty();
  }

  @Override
  public boolean canSetImmutable(Path parent) {
    return canFix && calls.canSetImmutable(parent);
  }

  @Override
  public void removeEmpty(Path dir) throws IOException {
    calls.removeEmpty(dir);
    effect();
  }

  @Override
  public void write(Path file, byte[] content) throws IOException {
    Files.writeString(file.resolveSibling(file.getFileName() + ".tmp"), "half a stat");
    effect();
    calls.write(file, content);
    effect();
  }

  @Override
  public boolean delete(Path file) throws IOException {
    boolean deleted = calls.delete(file);
    if (deleted) {
      effect();
    }
    return deleted;
  }

  @Override
  public void sync(Path dir) throws IOException {
    calls.sync(dir);
    effect();
  }
}
