package dev.gnomon.core.tls;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.stream.StreamSupport;

/// Certificates in PEM, where a person says that they are. Whatever can't be read is refused with
/// the name of the setting that named it, and never shown.
final class CertificateFiles {
  private static final int FILES_AT_MOST = 10_000;

  private CertificateFiles() {}

  /// @throws IllegalArgumentException if there is none in it
  static Collection<? extends Certificate> inFile(String name, Path file) {
    return some(name, file, read(name, file, CertificateFiles::inFile));
  }

  /// @throws IllegalArgumentException if no file of it has one
  static Collection<? extends Certificate> inFiles(String name, Path directory) {
    return some(name, directory, inAny(name, directory));
  }

  /// The same of a directory whose files may have none.
  static Collection<? extends Certificate> inAny(String name, Path directory) {
    return read(name, directory, CertificateFiles::inFiles);
  }

  /// @throws IllegalArgumentException if there is none in it
  static Collection<? extends Certificate> inText(String name, String pem) {
    try (InputStream in = new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII))) {
      Collection<? extends Certificate> found = in(in);
      if (!found.isEmpty()) {
        return found;
      }
    } catch (IOException | CertificateException e) {
      throw new IllegalArgumentException(
          "%s: expected certificates in PEM: %s".formatted(name, e.getMessage()), e);
    }
    throw new IllegalArgumentException(name + ": expected certificates in PEM, found none");
  }

  /// Reads no more than the first of them.
  ///
  /// @throws IllegalArgumentException as [#inFile]
  static void checkFile(String name, Path file) {
    if (!beginsWithOne(file)) {
      inFile(name, file);
    }
  }

  /// Reads no more than the first of them.
  ///
  /// @throws IllegalArgumentException as [#inFiles]
  static void checkDirectory(String name, Path directory) {
    if (!holdsOne(directory)) {
      inFiles(name, directory);
    }
  }

  private static boolean beginsWithOne(Path file) {
    try (InputStream in = Files.newInputStream(file)) {
      return CertificateFactory.getInstance("X.509").generateCertificate(in) != null;
    } catch (IOException | CertificateException e) {
      return false;
    }
  }

  private static boolean holdsOne(Path directory) {
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      return StreamSupport.stream(files.spliterator(), false)
          .limit(FILES_AT_MOST)
          .anyMatch(CertificateFiles::beginsWithOne);
    } catch (IOException | DirectoryIteratorException e) {
      return false;
    }
  }

  private interface Reading {
    Collection<? extends Certificate> of(Path path) throws IOException, CertificateException;
  }

  private static Collection<? extends Certificate> read(String name, Path path, Reading reading) {
    try {
      return reading.of(path);
    } catch (IOException | CertificateException | DirectoryIteratorException e) {
      throw new IllegalArgumentException(
          "%s names %s, of which no certificates can be read: %s".formatted(name, path, e), e);
    }
  }

  private static Collection<? extends Certificate> some(
      String name, Path path, Collection<? extends Certificate> found) {
    if (found.isEmpty()) {
      throw new IllegalArgumentException(
          "%s names %s, expected certificates in PEM, found none".formatted(name, path));
    }
    return found;
  }

  private static Collection<? extends Certificate> inFile(Path file)
      throws IOException, CertificateException {
    try (InputStream in = Files.newInputStream(file)) {
      return in(in);
    }
  }

  private static Collection<? extends Certificate> in(InputStream pem) throws CertificateException {
    return CertificateFactory.getInstance("X.509").generateCertificates(pem);
  }

  private static Collection<? extends Certificate> inFiles(Path directory) throws IOException {
    List<Certificate> found = new ArrayList<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(directory, Files::isRegularFile)) {
      int left = FILES_AT_MOST;
      for (Path file : files) {
        if (left-- == 0) {
          break;
        }
        try {
          found.addAll(inFile(file));
        } catch (CertificateException e) {
          continue; // a key, a list of revoked ones, a note
        }
      }
    }
    return found;
  }
}
