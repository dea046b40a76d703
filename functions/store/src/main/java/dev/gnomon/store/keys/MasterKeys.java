package dev.gnomon.store.keys;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.util.Base64;
import java.util.HexFormat;
import java.util.Set;
import java.util.function.UnaryOperator;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Opens master keys by their address: `file:/path`, `env:NAME` or
/// `vault+https://host[:port]/v1/<mount>/keys/<name>`.
public final class MasterKeys {
  /// For help texts.
  public static final String FORM =
      "file:PATH, env:NAME or vault+https://host[:port]/v1/<mount>/keys/<name>";

  private static final int KEY_BYTES = Derived.KEY_BYTES;
  private static final int MAX_FILE_BYTES = 4096;
  private static final Pattern VARIABLE = Pattern.compile("[A-Za-z_][A-Za-z0-9_]*");

  private final UnaryOperator<@Nullable String> environment;

  /// @param environment variables of the process by name
  public MasterKeys(UnaryOperator<@Nullable String> environment) {
    this.environment = environment;
  }

  public static MasterKeys ofEnvironment() {
    return new MasterKeys(System::getenv);
  }

  /// @throws WrongKeyException if there is no key there, or none that may be used; never shows it
  public MasterKey open(String address) {
    if (address.startsWith("file:")) {
      return file(address.substring("file:".length()));
    }
    if (address.startsWith("env:")) {
      return variable(address.substring("env:".length()));
    }
    if (address.startsWith("vault+https://") || address.startsWith("vault+http://")) {
      return vault(address.substring("vault+".length()));
    }
    throw new WrongKeyException("a master key is named by " + FORM); // it may be the key itself
  }

  private MasterKey file(String text) {
    Path path = Path.of(text.startsWith("///") ? text.substring(2) : text);
    String place = "the master key in '" + path + "'";
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(path);
      if (mode.contains(PosixFilePermission.OTHERS_READ)
          || mode.contains(PosixFilePermission.OTHERS_WRITE)) {
        throw new WrongKeyException(
            place + " can be read or written by everybody on this machine: chmod 600 it");
      }
      if (Files.size(path) > MAX_FILE_BYTES) {
        throw new WrongKeyException(expected(place, Files.size(path)));
      }
      byte[] content = Files.readAllBytes(path);
      byte[] key = content.length == KEY_BYTES ? content : decoded(place, content);
      return new RawMasterKey(key, "file");
    } catch (NoSuchFileException e) {
      throw new WrongKeyException(place + " is not there");
    } catch (IOException e) {
      throw new WrongKeyException(place + " can't be read: " + e.getMessage());
    }
  }

  private MasterKey variable(String name) {
    if (!VARIABLE.matcher(name).matches()) {
      throw new WrongKeyException("env: is followed by the name of an environment variable");
    }
    String place = "the master key in the environment variable " + name;
    String text = environment.apply(name);
    if (text == null || text.isBlank()) {
      throw new WrongKeyException(place + " is not set");
    }
    return new RawMasterKey(decoded(place, text.getBytes(US_ASCII)), "env:" + name);
  }

  private MasterKey vault(String text) {
    try {
      return VaultTransit.open(new URI(text), environment);
    } catch (URISyntaxException e) {
      throw new WrongKeyException("not the address of a key in Vault: " + e.getReason());
    }
  }

  private static byte[] decoded(String place, byte[] content) {
    String text = new String(content, US_ASCII).strip();
    byte[] key;
    try {
      key =
          text.length() == 2 * KEY_BYTES
              ? HexFormat.of().parseHex(text)
              : Base64.getDecoder().decode(text);
    } catch (IllegalArgumentException e) {
      throw new WrongKeyException(expected(place, content.length));
    }
    if (key.length != KEY_BYTES) {
      throw new WrongKeyException(expected(place, content.length));
    }
    return key;
  }

  private static String expected(String place, long length) {
    return "%s has %d bytes, expected 32 bytes: as they are, in hexadecimal or in Base64"
        .formatted(place, length);
  }
}
