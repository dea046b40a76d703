package dev.gnomon.s3;

import static java.nio.charset.StandardCharsets.UTF_8;

import dev.gnomon.core.prefix.KeyVersion;
import java.io.InputStream;
import java.net.URLDecoder;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.xml.stream.XMLInputFactory;
import javax.xml.stream.XMLStreamConstants;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamReader;

/// The answer to ListObjectVersions, versions and delete markers in the order in which they stand.
///
/// @param entries with whole keys
/// @param nextKey where the next page goes on; empty if there is none
record VersionsDocument(
    List<Entry> entries, boolean truncated, String nextKey, String nextVersion) {
  private static final int MAX_TEXT = 64 * 1024;

  /// @param version whose key is whole
  record Entry(KeyVersion version, boolean latest) {}

  /// @throws XMLStreamException if it is not such a document
  static VersionsDocument read(InputStream xml) throws XMLStreamException {
    XMLInputFactory factory = XMLInputFactory.newDefaultFactory();
    factory.setProperty(XMLInputFactory.SUPPORT_DTD, false);
    factory.setProperty(XMLInputFactory.IS_SUPPORTING_EXTERNAL_ENTITIES, false);
    factory.setProperty(XMLInputFactory.IS_COALESCING, true);
    XMLStreamReader in = factory.createXMLStreamReader(xml, "UTF-8");
    try {
      return read(in);
    } catch (IllegalArgumentException | DateTimeException e) {
      throw new XMLStreamException("a value in it can't be read: " + e.getMessage(), e);
    } finally {
      in.close();
    }
  }

  private static VersionsDocument read(XMLStreamReader in) throws XMLStreamException {
    List<Map<String, String>> found = new ArrayList<>();
    Map<String, String> head = new HashMap<>();
    in.nextTag();
    in.require(XMLStreamConstants.START_ELEMENT, null, "ListVersionsResult");
    while (in.nextTag() == XMLStreamConstants.START_ELEMENT) {
      String name = in.getLocalName();
      switch (name) {
        case "Version", "DeleteMarker" -> {
          Map<String, String> fields = fields(in);
          fields.put("", name);
          found.add(fields);
        }
        case "CommonPrefixes" -> fields(in);
        default -> head.put(name, text(in));
      }
    }
    boolean encoded = head.getOrDefault("EncodingType", "").equals("url");
    return new VersionsDocument(
        found.stream().map(fields -> entry(fields, encoded)).toList(),
        Boolean.parseBoolean(head.get("IsTruncated")),
        decoded(head.getOrDefault("NextKeyMarker", ""), encoded),
        head.getOrDefault("NextVersionIdMarker", ""));
  }

  /// The children of an element that hold text; others (an owner, a list of checksums) are left
  /// out.
  private static Map<String, String> fields(XMLStreamReader in) throws XMLStreamException {
    Map<String, String> fields = new HashMap<>();
    int depth = 0;
    String name = "";
    StringBuilder text = new StringBuilder();
    while (true) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> {
          depth++;
          name = in.getLocalName();
          text.setLength(0);
        }
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA, XMLStreamConstants.SPACE -> {
          if (text.length() + in.getTextLength() > MAX_TEXT) {
            throw new XMLStreamException("a value in it has more than " + MAX_TEXT + " characters");
          }
          text.append(in.getText());
        }
        case XMLStreamConstants.END_ELEMENT -> {
          if (depth == 0) {
            return fields;
          }
          if (depth == 1 && in.getLocalName().equals(name)) {
            fields.put(name, text.toString());
          }
          depth--;
        }
        case XMLStreamConstants.END_DOCUMENT -> throw new XMLStreamException("it ends too soon");
        default -> {}
      }
    }
  }

  private static String text(XMLStreamReader in) throws XMLStreamException {
    StringBuilder text = new StringBuilder();
    int depth = 0;
    while (true) {
      switch (in.next()) {
        case XMLStreamConstants.START_ELEMENT -> depth++;
        case XMLStreamConstants.CHARACTERS, XMLStreamConstants.CDATA -> text.append(in.getText());
        case XMLStreamConstants.END_ELEMENT -> {
          if (depth-- == 0) {
            return text.toString();
          }
        }
        case XMLStreamConstants.END_DOCUMENT -> throw new XMLStreamException("it ends too soon");
        default -> {}
      }
    }
  }

  private static Entry entry(Map<String, String> fields, boolean encoded) {
    boolean deleted = "DeleteMarker".equals(fields.get(""));
    String key = fields.get("Key");
    String modified = fields.get("LastModified");
    if (key == null || modified == null) {
      throw new IllegalArgumentException("an entry without key or time");
    }
    String version = fields.getOrDefault("VersionId", "");
    return new Entry(
        new KeyVersion(
            decoded(key, encoded),
            version.isEmpty() ? KeyVersion.UNVERSIONED : version,
            deleted ? 0 : Long.parseLong(fields.getOrDefault("Size", "0")),
            deleted ? "" : fields.getOrDefault("ETag", "").replace("\"", ""),
            Instant.parse(modified),
            deleted),
        Boolean.parseBoolean(fields.get("IsLatest")));
  }

  private static String decoded(String text, boolean encoded) {
    return encoded ? URLDecoder.decode(text, UTF_8) : text;
  }
}
