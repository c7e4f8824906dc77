/* filename.c - what a file's name says, and what it hides.
 *
 * A name is judged as the reader's system will use it: Windows drops trailing dots and blanks,
 * cuts at an NTFS stream (a.exe::$DATA), folds case and takes what is after the last dot. A person
 * sees something else: bidirectional overrides and zero-width characters change what is shown,
 * and a long run of blanks pushes the ending out of view. So endings are
 * looked for after such characters are gone (THREATS ). */
#include "file.h"

#include <string.h>

#include "../content.h"

/* An ending longer than this is no extension that any system acts on. */
#define EXTENSION_MAX 24

/* Format, filler and blank characters that are drawn as nothing. */
static gboolean
is_invisible(gunichar c)
{
  return g_unichar_type(c) == G_UNICODE_FORMAT || c == 0x115f || c == 0x1160 || c == 0x2800 ||
         c == 0x3164 || c == 0xffa0 || c == 0x034f || (c >= 0x180b && c <= 0x180e) ||
         (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0000 && c <= 0xe0fff);
}

static gboolean
is_dot(gunichar c)
{
  return c == '.' || c == 0x2024 || c == 0x3002 || c == 0xfe52 || c == 0xff0e || c == 0xff61;
}

/* Percent escapes undone once: some readers save a%2eexe under its decoded name. */
static char *
unescape_once(const char *name)
{
  GString *out = g_string_new(NULL);

  for (const char *p = name; *p; p++) {
    if (*p == '%' && g_ascii_isxdigit(p[1]) && g_ascii_isxdigit(p[2]) &&
        g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2]) >= 0x20) {
      g_string_append_c(out, (char)(g_ascii_xdigit_value(p[1]) * 16 + g_ascii_xdigit_value(p[2])));
      p += 2;
    } else {
      g_string_append_c(out, *p);
    }
  }
  return g_string_free(out, FALSE);
}

static gboolean
is_printable_ascii(const char *text)
{
  while (*text >= 0x20 && *text < 0x7f)
    text++;
  return *text == '\0';
}

/* The last component, in plain lower-case form: compatibility characters folded, invisible ones
 * gone, each blank a space, each kind of dot a dot. */
static char *
plain_name(const char *name)
{
  g_autofree char *unescaped = unescape_once(name);
  g_autofree char *valid = NULL, *folded = NULL;
  GString *out;

  if (is_printable_ascii(unescaped))
    return g_ascii_strdown(unescaped, -1);
  valid = g_utf8_make_valid(unescaped, -1);
  folded = g_utf8_normalize(valid, -1, G_NORMALIZE_ALL_COMPOSE);
  out = g_string_new(NULL);
  for (const char *p = folded ? folded : valid; *p; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);

    if (is_dot(c))
      g_string_append_c(out, '.');
    else if (g_unichar_isspace(c) || c < 0x20 || c == 0x7f)
      g_string_append_c(out, ' ');
    else if (c < 0x80)
      g_string_append_c(out, g_ascii_tolower((char)c));
    else if (!is_invisible(c))
      g_string_append_unichar(out, c);
  }
  return g_string_free(out, FALSE);
}

/* Trailing dots, blanks, quotes and separators go, again and again, and the folders before. */
static char *
base_name(char *plain)
{
  size_t len = strlen(plain);
  char *slash;

  while (len > 0 && strchr(". '\"/\\;,<>|*?`", plain[len - 1]))
    plain[--len] = '\0';
  slash = MAX(strrchr(plain, '/'), strrchr(plain, '\\'));
  return slash ? slash + 1 : plain;
}

static gboolean
has_string(const GPtrArray *strings, const char *want)
{
  for (guint i = 0; i < strings->len; i++)
    if (strcmp(g_ptr_array_index(strings, i), want) == 0)
      return TRUE;
  return FALSE;
}

static void
add_suffix(GPtrArray *out, const char *suffix)
{
  g_autofree char *text = g_strdup(suffix);

  g_strstrip(text);
  if (*text && !strchr(text, ' ') && strlen(text) <= EXTENSION_MAX && !has_string(out, text))
    g_ptr_array_add(out, g_steal_pointer(&text));
}

GPtrArray *
filename_endings(const char *name)
{
  GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *plain = plain_name(name);
  g_auto(GStrv) streams = g_strsplit(base_name(plain), ":", 8);

  /* a.exe:x.txt is stored as a.exe, yet some readers only see the end. */
  for (guint i = 0; streams[i]; i++) {
    char *stream = base_name(streams[i]);
    const char *dot = strrchr(stream, '.');

    if (dot && dot[1] == '{') {
      g_ptr_array_add(out, g_strdup("clsid"));
    } else if (dot) {
      const char *second = memrchr(stream, '.', (size_t)(dot - stream));

      add_suffix(out, dot + 1);
      if (second)
        add_suffix(out, second + 1);
    }
  }
  return out;
}

/* Every dotted suffix of a name, the last first. */
static GPtrArray *
all_suffixes(const char *name)
{
  GPtrArray *out = g_ptr_array_new_with_free_func(g_free);
  g_autofree char *plain = plain_name(name);
  g_auto(GStrv) pieces = g_strsplit(base_name(plain), ".", -1);

  for (guint n = g_strv_length(pieces); n-- > 1;)
    add_suffix(out, pieces[n]);
  return out;
}

/* --- deceptive names --- */

/* Blanks in a row that push an ending out of the column of a mail reader. */
#define BLANK_RUN 8

static gboolean
has_trick_characters(const char *name)
{
  unsigned blanks = 0;
  gunichar before = 0;

  if (!g_utf8_validate(name, -1, NULL))
    return FALSE; /* raw 8-bit names are common and no deception */
  for (const char *p = name; *p; p = g_utf8_next_char(p)) {
    gunichar c = g_utf8_get_char(p);
    gboolean joiner = (c == 0x200c || c == 0x200d) && before >= 0x80;
    gboolean selector = c >= 0xfe00 && c <= 0xfe0f && before >= 0x80;

    if ((is_invisible(c) && !joiner && !selector && c != 0xad) || c < 0x20 || c == 0x7f)
      return TRUE;
    blanks = g_unichar_isspace(c) ? blanks + 1 : 0;
    if (blanks >= BLANK_RUN || (is_dot(c) && c >= 0x80 && c != 0x3002))
      return TRUE;
    before = c;
  }
  return FALSE;
}

/* Something after the ending that the system drops and that hides it from filters. */
static gboolean
has_trick_ending(const char *name)
{
  size_t len = strlen(name);
  g_autofree char *lower = g_ascii_strdown(name, -1);

  if (strstr(lower, "::$") || strstr(lower, ".{"))
    return TRUE;
  return len > 1 && (name[len - 1] == '.' || name[len - 1] == ' ' || name[len - 1] == '/') &&
         strchr(name, '.') < name + len - 1;
}

/* Letters of another script that look like Latin, in an otherwise Latin ending: .ехе */
static gboolean
has_lookalike_ending(const GPtrArray *extensions)
{
  const char *last = extensions->len ? g_ptr_array_index(extensions, 0) : "";
  gboolean odd = FALSE;

  for (const char *p = last; *p; p = g_utf8_next_char(p)) {
    GUnicodeScript script = g_unichar_get_script(g_utf8_get_char(p));

    odd |= script == G_UNICODE_SCRIPT_CYRILLIC || script == G_UNICODE_SCRIPT_GREEK;
  }
  return odd && g_utf8_strlen(last, -1) <= 5;
}

/* Endings that a reader takes for a document, picture or archive, as second to last. */
static const char harmless_endings[] =
    " doc docx xls xlsx ppt pptx pdf txt rtf csv odt ods odp jpg jpeg png gif bmp tif tiff webp "
    "mp3 mp4 mov avi wav zip rar 7z html htm xml eml msg ";
/* Endings that run or open something on a click. */
static const char acting_endings[] =
    " exe com scr pif cpl msi msp bat cmd js jse vbs vbe wsf wsh hta ps1 lnk url jar reg chm iso "
    "img vhd vhdx html htm shtml xhtml svg xll scf application appref-ms msc dll one rdp iqy slk "
    "library-ms search-ms settingcontent-ms apk dmg pkg sh py ";

static gboolean
is_listed(const char *list, const char *extension)
{
  g_autofree char *padded = g_strdup_printf(" %s ", extension);

  return strstr(list, padded) != NULL;
}

static gboolean
has_double_extension(const GPtrArray *extensions)
{
  if (extensions->len < 2 || !is_listed(acting_endings, g_ptr_array_index(extensions, 0)))
    return FALSE;
  for (guint i = 1; i < extensions->len; i++)
    if (is_listed(harmless_endings, g_ptr_array_index(extensions, i)))
      return TRUE;
  return FALSE;
}

BitSet
filename_traits(const char *name)
{
  g_autoptr(GPtrArray) extensions = all_suffixes(name);
  BitSet traits = 0;

  if (has_trick_characters(name) || has_trick_ending(name) || has_lookalike_ending(extensions))
    traits |= TRAIT(NAME_DECEPTIVE);
  if (has_double_extension(extensions))
    traits |= TRAIT(DOUBLE_EXTENSION);
  return traits;
}

/* --- name, declared type and content against each other --- */

/* Families: coarse on purpose, since a docx is a zip, a csv is text and an xls may be HTML. A
 * family in lower case is one of data, in upper case one that acts. */
typedef struct family {
  const char *name;
  const char *extensions;
  const char *types; /* prefixes of content types */
} Family;

static const Family families[] = {
    {"EXE", " exe com scr pif cpl dll sys drv ocx elf ",
     " application/x-dosexec application/vnd.microsoft.portable-executable application/x-executable"
     " application/x-sharedlib application/x-pie-executable application/x-mach-binary "
     "application/x-object "},
    {"LNK", " lnk ", " application/x-ms-shortcut "},
    {"MSI", " msi msp mst ", " application/x-msi "},
    {"CHM", " chm ", " application/vnd.ms-htmlhelp "},
    {"ONE", " one onetoc2 onepkg ", " application/onenote "},
    {"DISK", " iso img vhd vhdx udf wim dmg ",
     " application/x-iso9660-image application/x-udf-image application/x-vhd application/x-vhdx "
     "application/x-ms-wim application/x-apple-diskimage "},
    {"HTML", " html htm shtml xhtml xht hta svg mht mhtml ",
     " text/html image/svg application/xhtml application/hta application/x-mimearchive "},
    {"SCRIPT", " js jse vbs vbe wsf wsh wsc sct ps1 bat cmd sh py pl rb hta ",
     " text/x-shellscript text/x-script text/x-python text/x-perl application/x-wsf "
     "application/x-vbe "},
    {"JAR", " jar apk war ear xpi ", " application/java-archive application/vnd.android "},
    {"zip", " zip zipx ", " application/zip "},
    {"archive", " rar 7z gz tgz bz2 xz tar cab zst lz lzma arj ace lzh ",
     " application/x-rar application/vnd.rar application/x-7z-compressed application/gzip "
     "application/x-bzip2 application/x-xz application/x-tar application/vnd.ms-cab "
     "application/zstd application/x-lz application/x-arj application/x-compress "},
    {"ooxml", " docx docm dotx dotm xlsx xlsm xltx xltm xlsb xlam pptx pptm potx potm ppsx ppsm ",
     " application/vnd.openxmlformats application/vnd.ms-word. application/vnd.ms-excel. "
     "application/vnd.ms-powerpoint. "},
    {"ole", " doc dot xls xlt xla ppt pps pot msg vsd pub mpp ",
     " application/msword application/vnd.ms-excel application/vnd.ms-powerpoint "
     "application/vnd.ms-outlook application/x-ole-storage application/encrypted "},
    {"odf", " odt ods odp odg ott ots otp ", " application/vnd.oasis "},
    {"rtf", " rtf ", " text/rtf application/rtf "},
    {"pdf", " pdf ai ", " application/pdf "},
    {"image", " png jpg jpeg jpe jfif gif bmp tif tiff webp ico heic avif ", " image/ "},
    {"media", " mp3 mp4 m4a m4v mov avi wav ogg flac mkv webm wmv wma mpg mpeg 3gp ",
     " audio/ video/ "},
    {"text", " txt csv log ics vcf md ", " text/plain text/csv text/calendar text/vcard "},
};

/* Pairs that are no contradiction: what stands left may hold what stands right. */
static const char *const agreeing[][2] = {
    {"zip", "ooxml"},    {"zip", "odf"},     {"zip", "JAR"},     {"ooxml", "zip"},
    {"odf", "zip"},      {"JAR", "zip"},     {"ole", "rtf"},     {"ole", "ooxml"},
    {"ooxml", "ole"},    {"ole", "text"},    {"HTML", "text"},   {"text", "HTML"},
    {"SCRIPT", "text"},  {"text", "SCRIPT"}, {"pdf", "text"},    {"HTML", "SCRIPT"},
    {"SCRIPT", "HTML"},  {"rtf", "ole"},     {"rtf", "ooxml"},   {"rtf", "text"},
    {"archive", "text"}, {"zip", "archive"}, {"archive", "zip"},
};

static const Family *
family_of_extension(const char *extension)
{
  for (size_t i = 0; i < G_N_ELEMENTS(families); i++)
    if (is_listed(families[i].extensions, extension))
      return &families[i];
  return NULL;
}

/* Is it of one of the types in a row? They end where the type does, or at a piece of it. */
static gboolean
type_is_listed(const char *list, const char *type)
{
  while (*(list += strspn(list, " ")) != '\0') {
    size_t len = strcspn(list, " ");

    if (strncmp(type, list, len) == 0 &&
        (!g_ascii_isalnum(type[len]) || strchr("/.", list[len - 1])))
      return TRUE;
    list += len;
  }
  return FALSE;
}

static const Family *
family_of_type(const char *type)
{
  for (size_t i = 0; *type && i < G_N_ELEMENTS(families); i++)
    if (type_is_listed(families[i].types, type))
      return &families[i];
  return NULL;
}

static gboolean
families_agree(const Family *said, const Family *found)
{
  if (!said || !found || said == found)
    return TRUE;
  for (size_t i = 0; i < G_N_ELEMENTS(agreeing); i++)
    if (strcmp(agreeing[i][0], said->name) == 0 && strcmp(agreeing[i][1], found->name) == 0)
      return TRUE;
  return FALSE;
}

/* A declared type counts only where it claims data and something that acts was found: mail
 * programs get declared types wrong all the time. */
static gboolean
declared_lies(const Family *declared, const Family *found)
{
  return declared && found && g_ascii_islower(declared->name[0]) &&
         g_ascii_isupper(found->name[0]) && !families_agree(declared, found);
}

BitSet
filename_type_traits(const char *name, const char *content_type, const char *declared)
{
  g_autoptr(GPtrArray) extensions = filename_endings(name);
  const char *last = extensions->len ? g_ptr_array_index(extensions, 0) : "";
  const Family *by_name = family_of_extension(last);
  const Family *by_content = family_of_type(content_type);
  const Family *by_header = family_of_type(declared);

  if (!families_agree(by_name, by_content) || declared_lies(by_header, by_content) ||
      declared_lies(by_header, by_name))
    return TRAIT(TYPE_DIFFERS);
  return 0;
}
