package dev.gnomon.s3;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import dev.gnomon.core.prefix.KeyVersion;
import java.io.ByteArrayInputStream;
import java.time.Instant;
import java.util.Random;
import javax.xml.stream.XMLStreamException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/// Answers to ListObjectVersions, as servers send them and as nobody should.
class VersionsDocumentTest {
  /// AWS S3: everything within one second, the encoding before the entries.
  private static final String GOOD =
      """
      <?xml version="1.0" encoding="UTF-8"?>
      <ListVersionsResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/"><Name>b</Name>
      <Prefix>p/</Prefix><KeyMarker></KeyMarker><VersionIdMarker></VersionIdMarker>
      <NextKeyMarker>p/a+b%C3%A4</NextKeyMarker><NextVersionIdMarker>v1</NextVersionIdMarker>
      <MaxKeys>1000</MaxKeys><EncodingType>url</EncodingType><IsTruncated>true</IsTruncated>
      <DeleteMarker><Key>p/a+b%C3%A4</Key><VersionId>v4</VersionId><IsLatest>true</IsLatest>
      <LastModified>2026-03-01T10:00:00.000Z</LastModified>
      <Owner><ID>Key</ID><DisplayName>me</DisplayName></Owner></DeleteMarker>
      <Version><Key>p/a+b%C3%A4</Key><VersionId>v3</VersionId><IsLatest>false</IsLatest>
      <LastModified>2026-03-01T10:00:00.000Z</LastModified><ETag>&quot;e3&quot;</ETag>
      <Size>3</Size><ChecksumAlgorithm>CRC32</ChecksumAlgorithm><StorageClass>STANDARD</StorageClass>
      <Owner><ID>me</ID></Owner></Version>
      <DeleteMarker><Key>p/a+b%C3%A4</Key><VersionId>v2</VersionId><IsLatest>false</IsLatest>
      <LastModified>2026-03-01T10:00:00.000Z</LastModified></DeleteMarker>
      <Version><Key>p/a+b%C3%A4</Key><VersionId>null</VersionId><IsLatest>false</IsLatest>
      <LastModified>2026-03-01T10:00:00.000Z</LastModified><ETag>"e1"</ETag><Size>1</Size></Version>
      </ListVersionsResult>
      """;

  private static VersionsDocument read(String text) throws XMLStreamException {
    return VersionsDocument.read(new ByteArrayInputStream(text.getBytes(UTF_8)));
  }

  @Test
  void versionsAndMarkersOfOneSecondKeepTheirOrder() throws Exception {
    VersionsDocument read = read(GOOD);

    assertThat(read.entries())
        .extracting(entry -> entry.version().version())
        .containsExactly("v4", "v3", "v2", KeyVersion.UNVERSIONED);
    assertThat(read.entries())
        .extracting(VersionsDocument.Entry::latest)
        .containsExactly(true, false, false, false);
    assertThat(read.entries().get(1).version())
        .isEqualTo(
            new KeyVersion("p/a bä", "v3", 3, "e3", Instant.parse("2026-03-01T10:00:00Z"), false));
    assertThat(read.entries().getFirst().version().deleted()).isTrue();
    assertThat(read.truncated()).isTrue();
    assertThat(read.nextKey()).isEqualTo("p/a bä");
    assertThat(read.nextVersion()).isEqualTo("v1");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<Error><Code>x</Code></Error>",
        "<ListVersionsResult><Version><Key>a</Key></Version></ListVersionsResult>",
        "<ListVersionsResult><Version><Key>%zz</Key><LastModified>2026-03-01T10:00:00Z</LastModified></Version><EncodingType>url</EncodingType></ListVersionsResult>",
        "<ListVersionsResult><Version><Key>a</Key><LastModified>now</LastModified></Version></ListVersionsResult>",
        "<ListVersionsResult><Version><Key>a</Key><Size>many</Size><LastModified>2026-03-01T10:00:00Z</LastModified></Version></ListVersionsResult>",
        "<!DOCTYPE d [<!ENTITY e SYSTEM \"file:///etc/passwd\">]><ListVersionsResult><Name>&e;</Name></ListVersionsResult>",
        "<!DOCTYPE d [<!ENTITY a \"aaaaaaaaaa\"><!ENTITY b \"&a;&a;&a;&a;\">]><ListVersionsResult><Name>&b;&b;</Name></ListVersionsResult>"
      })
  void whatIsNoListIsRefused(String text) {
    assertThatThrownBy(() -> read(text)).isInstanceOf(XMLStreamException.class);
  }

  @Test
  void listThatEndsTooSoonIsRefusedWherever() throws Exception {
    String text = GOOD.strip();
    for (int end = 1; end < text.length(); end++) {
      String cut = text.substring(0, end);
      assertThatThrownBy(() -> read(cut)).as(cut).isInstanceOf(XMLStreamException.class);
    }
  }

  @Test
  void noiseIsRefusedOrRead() {
    Random random = new Random(7);
    byte[] good = GOOD.getBytes(UTF_8);
    for (int i = 0; i < 3000; i++) {
      byte[] bytes = good.clone();
      for (int flips = 1 + random.nextInt(5); flips > 0; flips--) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      try {
        VersionsDocument.read(new ByteArrayInputStream(bytes));
      } catch (XMLStreamException refused) {
        // As it should be.
      }
    }
  }
}
