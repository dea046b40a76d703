package dev.gnomon.local.demo;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.NoSuchFileException;
import java.util.List;
import org.junit.jupiter.api.Test;

class DemoTest {
  @Test
  void aFenceIsNoOtherFault() {
    assertThat(
            List.of(
                new NoSuchFileException("a"),
                new AccessDeniedException("a"),
                new FileSystemException("a", null, "Operation not permitted")))
        .allMatch(Demo::isFence);
    assertThat(
            List.of(
                new FileSystemException("a", null, "No space left on device"),
                new FileSystemException("a", null, "Input/output error"),
                new FileSystemException("a", null, "Too many open files")))
        .noneMatch(Demo::isFence);
  }
}
