/* nature.c - which files hold files, and which only pieces of themselves. */
#include "nature.h"

#include <string.h>

#include "file.h"

/* Archives by content; libclamav must find something in each of them. What it cannot unpack at
 * all (zstd, lz4, RAR without its plug-in, LHA 6 …) is thereby uninspectable. */
static const char *const archive_types[] = {"application/zip",
                                            "application/x-7z-compressed",
                                            "application/x-rar",
                                            "application/x-tar",
                                            "application/vnd.ms-cab-compressed",
                                            "application/x-cpio",
                                            "application/x-iso9660-image",
                                            "application/x-udf-image",
                                            "application/x-xar",
                                            "application/x-arj",
                                            "application/x-alz",
                                            "application/x-egg",
                                            "application/x-ace-compressed",
                                            "application/x-lzh-compressed",
                                            "application/x-zoo",
                                            "application/x-arc",
                                            "application/x-archive",
                                            "application/x-rpm",
                                            "application/vnd.debian.binary-package",
                                            "application/x-ms-wim",
                                            "application/x-vhd",
                                            "application/x-vhdx",
                                            "application/x-apple-diskimage",
                                            "application/vnd.ms-htmlhelp",
                                            "application/x-appx",
                                            "application/x-vsix",
                                            "application/x-xpinstall",
                                            "application/x-ios-app",
                                            "application/x-stuffit",
                                            "application/x-lharc",
                                            "application/warc",
                                            "application/x-freearc",
                                            "application/x-lha",
                                            "application/vnd.ms-tnef",
                                            NULL};

static const char *const stream_types[] = {
    "application/gzip",   "application/x-bzip2", "application/x-xz",   "application/zstd",
    "application/x-lz4",  "application/x-lzma",  "application/x-lzip", "application/x-compress",
    "application/x-lzop", "application/x-lrzip", "application/x-zpaq", NULL};

static const char *const engine_archives[] = {
    "CL_TYPE_ZIP",         "CL_TYPE_7Z",           "CL_TYPE_RAR",
    "CL_TYPE_POSIX_TAR",   "CL_TYPE_OLD_TAR",      "CL_TYPE_MSCAB",
    "CL_TYPE_ARJ",         "CL_TYPE_EGG",          "CL_TYPE_ALZ",
    "CL_TYPE_XAR",         "CL_TYPE_ISO9660",      "CL_TYPE_UDF",
    "CL_TYPE_DMG",         "CL_TYPE_HFSPLUS",      "CL_TYPE_CPIO_OLD",
    "CL_TYPE_CPIO_ODC",    "CL_TYPE_CPIO_NEWC",    "CL_TYPE_CPIO_CRC",
    "CL_TYPE_MSCHM",       "CL_TYPE_LHA_LZH",      "CL_TYPE_SIS",
    "CL_TYPE_ISHIELD_MSI", "CL_TYPE_TNEF",         "CL_TYPE_MAIL",
    "CL_TYPE_AUTOIT",      "CL_TYPE_GPT",          "CL_TYPE_MBR",
    "CL_TYPE_APM",         "CL_TYPE_PART_HFSPLUS", NULL};

static gboolean
is_package(const char *type)
{
  return g_str_has_prefix(type, "application/vnd.openxmlformats") ||
         g_str_has_prefix(type, "application/vnd.oasis") ||
         strcmp(type, "application/vnd.ms-visio.drawing") == 0 ||
         strcmp(type, "application/vnd.ms-xpsdocument") == 0 ||
         strcmp(type, "application/hwp+zip") == 0 || strcmp(type, "application/epub+zip") == 0 ||
         strcmp(type, "application/java-archive") == 0 ||
         strcmp(type, "application/vnd.android.package-archive") == 0;
}

Nature
nature_of(const char *type, const char *engine)
{
  if (is_package(type))
    return NATURE_PACKAGE;
  if (g_strv_contains(stream_types, type))
    return NATURE_STREAM;
  if (g_strv_contains(archive_types, type) || g_strv_contains(engine_archives, engine))
    return NATURE_ARCHIVE;
  return NATURE_PIECE;
}

/* Types that mean nothing inside a document: its own text, pictures, fonts. */
static gboolean
is_piece_type(const char *type)
{
  return !*type || g_str_has_prefix(type, "text/") || g_str_has_prefix(type, "image/") ||
         g_str_has_prefix(type, "font/") || g_str_has_prefix(type, "application/vnd.ms-opentype") ||
         strcmp(type, "application/x-ole-storage") == 0 ||
         strcmp(type, "application/x-empty") == 0 ||
         strcmp(type, "application/vnd.adobe.xdp+xml") == 0 || /* a form of PDF's */
         strcmp(type, "application/x-office-xml") == 0 || strcmp(type, "application/x-sylk") == 0 ||
         strcmp(type, "application/x-wsf") == 0 || strcmp(type, "application/x-java-applet") == 0;
}

/* Endings of ordinary parts of packages. */
static const char *const piece_endings[] = {
    "xml",   "rels", "vml",   "bin",   "dat",  "png", "jpg",        "jpeg", "gif",     "emf",
    "wmf",   "bmp",  "tif",   "tiff",  "svg",  "wdp", "odttf",      "ttf",  "fntdata", "rdf",
    "txt",   "css",  "class", "mf",    "sf",   "rsa", "properties", "arsc", "dex",     "mimetype",
    "fpage", "fdoc", "fdseq", "xhtml", "html", "ncx", "opf",        "hpf",  "otf",     NULL};

/* Is it named like a part that documents are made of? */
static gboolean
is_piece_name(const char *name)
{
  g_autoptr(GPtrArray) endings = filename_endings(name);

  return endings->len == 0 || g_strv_contains(piece_endings, g_ptr_array_index(endings, 0));
}

/* Those of the group "archive" in types.conf. */
static const char *const archive_endings[] = {
    "zip",  "zipx", "rar", "rev",  "7z",   "gz",  "gzip", "tgz",  "bz2", "bz",   "tbz",
    "tbz2", "xz",   "txz", "lzma", "tlz",  "lz",  "lz4",  "lzo",  "lrz", "zst",  "tzst",
    "z",    "taz",  "tar", "cpio", "cab",  "arj", "lzh",  "lha",  "ace", "arc",  "zoo",
    "alz",  "egg",  "br",  "sit",  "sitx", "kgb", "paq8", "zpaq", "pea", "warc", NULL};
static const char *const coded_endings[] = {"uu",  "uue",  "xxe", "hqx", "bhx",
                                            "b64", "yenc", "ync", NULL};

/* Types of files as text. Of all others their readers find the lines that are meant for them. */
static gboolean
is_coded_type(const char *type)
{
  return strcmp(type, "application/x-uuencode") == 0 || strcmp(type, "application/x-yenc") == 0;
}

gboolean
nature_is_closed(const char *name, const char *type, gboolean silent)
{
  g_autoptr(GPtrArray) endings = filename_endings(name);
  const char *ending = endings->len > 0 ? g_ptr_array_index(endings, 0) : "";

  if (!g_strv_contains(coded_endings, ending))
    return silent && !*type && g_strv_contains(archive_endings, ending);
  if (!*type || strcmp(type, "text/plain") == 0 || strcmp(type, "application/mac-binhex40") == 0)
    return silent;
  return !is_coded_type(type);
}

/* What comes out of an archive without a name, and is no file of a reader's: a header, a body. */
static gboolean
is_nameless_type(const char *type)
{
  return !*type || g_str_has_prefix(type, "image/") || strcmp(type, "text/plain") == 0 ||
         strcmp(type, "text/html") == 0 || strcmp(type, "text/xml") == 0 ||
         strcmp(type, "text/rtf") == 0 || strcmp(type, "application/x-empty") == 0 ||
         strcmp(type, "application/x-ole-storage") == 0;
}

gboolean
nature_has_piece(Nature around, const char *name, const char *type)
{
  if (around == NATURE_STREAM || !is_piece_type(type))
    return FALSE;
  if (around == NATURE_ARCHIVE)
    return !*name && is_nameless_type(type);
  return around != NATURE_PACKAGE || is_piece_name(name);
}

gboolean
nature_expects_piece(Nature around, const char *name)
{
  if (!*name)
    return around == NATURE_PIECE || around == NATURE_PACKAGE;
  return around == NATURE_PIECE || (around == NATURE_PACKAGE && is_piece_name(name));
}
