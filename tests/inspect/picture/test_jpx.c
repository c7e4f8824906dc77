/* JPEG 2000: what is in a file, and what its header may ask for. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "codes.h"
#include "jpx_header.h"

/* The second one is what headers are tried on. */
static const CodeFile files[] = {
    {"a file of boxes",
     "AAAADGpQICANCocKAAAAFGZ0eXBqcDIgAAAAAGpwMiAAAAAtanAyaAAAABZpaGRyAAAAOgAAADoAAQcHAAAAAAAP"
     "Y29scgEAAAAAABEAAAMManAyY/9P/1EAKQAAAAAAOgAAADoAAAAAAAAAAAAAADoAAAA6AAAAAAAAAAAAAQcBAf9S"
     "AAwAAAABAAUEBAAA/1wAI0J3IHbwdvB2wG8AbwBu4GdQZ1BnaFAFUAVQR1fTV9NXYv9kACUAAUNyZWF0ZWQgYnkg"
     "T3BlbkpQRUcgdmVyc2lvbiAyLjUuMP+QAAoAAAAAAnsAAf+Tw+AQBNMiWsHg4PBwPBgMUN4GUBQLaBTD4CYfATD4"
     "SAwf+xK+McAIdQK199MXRyuIyRqQaJ9whRnLx8K8fEbj4i4bzB1DbA+j2nBlB+dEd20w696Z5KUxcC3TUeiCtHUT"
     "YJw7/2MR6gXFSRvkM097+8s/Ty5qLv09IrrSFmdJXOK28nWenN4ZaYec3xU++G7nNCBCXIJA580bQDqFWabCsl52"
     "z67hpUO04E9qWhjEcGzLRMWUrnzRg8PO2jpd7VsrnAVVY75o5g8d+petS0QwJN2JVkltd046SMXQt+PBZ42JJCYZ"
     "buX2kZbaW3yNcBdl7xqwSokgvM/jGPWkF6Qwctx5oqGTt/jys4VmDkB/1k7RGxv2gJnw73dUGLgvAy5/pOrWKhpD"
     "1GerbbAbjbX3EWzLNHsTFnOAQYiCgBLHPS0c9KAZzZR8FIQB6HW0TbO8QWIaTnEQAP9F5+smyvfSzhK6byRGi6lL"
     "fpPD5vJQvpOa8wmarslgzdNv/LquqXjfKTQ6uQTa33sZjJsDVtOuz5er3PYi+XNBEjBv8Bxg19yFYMJYO9bQWKUw"
     "mMORZg0RbN1itZ0vNhzj8yAJZJNEI0F7UoWzTM9Yd52rRLFHLsXiv1SUmqvWVt0g1EiInjci3t1zC997eV+pMmiR"
     "X5tySG3h3UWHPnzAU1x5pjKj63Yxa7d0nwgGba6WGHFi7Er9NpTx9vPwe/FfTMaxVMnjVaRntxvu1V/cFu5CXZO7"
     "7hicYgUHYSPxDdAlQ87U2Btg5ELg5fFqfDbyhSJOOQNc7ASzzONgnANI1AM2IPVA04kdnMDWQb8fIbKT43ya/9k="},
    {"a code stream",
     "/0//UQApAAAAAAA6AAAAOgAAAAAAAAAAAAAAOgAAADoAAAAAAAAAAAABBwEB/1IADAAAAAEABQQEAAD/XAAjQncg"
     "dvB28HbAbwBvAG7gZ1BnUGdoUAVQBVBHV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIu"
     "NS4w/5AACgAAAAACwQAB/5PD5goE0yJaPMHxhIPgEgeDDFDeXwZQFMQLaBTD4hUPjFw+ISAMH/sSvjHACHVxArX3"
     "0xdHK4jJUz0akGifcIUZy53HxHI+I3HxFxvMHUNsD6PacGUH50R3bTDr3pnkpTFw+7Q7b2Et01HogrR1E2CcO/9j"
     "EeoFxUkb5DNPe/vLP08uai79PSK60hZnSVzitvJ1npzeGWmHnN8dbvips9ZgQlyCQOfNG0A6hVmmwrJeds+u4aVD"
     "tOBPaloYxHBsy0TFlK580YPDzto6Xe1bK5wFVWO+aOYPHfqXrUtEMCTdiVZJbXdOOkjF0LfjwWeNieP59eGa+ouA"
     "ocdb5yQmGW7l9pGW2lt8jXAXZe8asEqJILzP4xj1pBekMHLceaKhk7f48rOFZg5Af9ZO0Rsb9oCZ8O93VBi4H9ZH"
     "eUlmxKeQ9umVbN9/tWezLwMuf6Tq1ioaQ9Rnq22wG4219xFsyzR7ExZzgEGIgoAStWdLA/gRY56y09BY5IDnGdTV"
     "x3pqO9MAGc2UfBSEAeh1tE2zvEFiGk5xEAD/RefrJsr30s4Sum8kRoupS36Tw+byUL6TmvMJmq7JYM3Tb/y6rql4"
     "3yk0OrkE2t97GYybA1bTrs+Xq9z2IvlzQRIwb/AcYNfchWDCWDvW0FilMJjDkWYNEWzdYrWdLzYc4/MgCWSTRCNB"
     "e1KFs0zPWHedq0SxRy7F4r9UlJqr1lbdKv35QiDUSIieNyLe3XML33t5X6kyaJFfm3JIbeHdRYc+fMBTXHmmMqPr"
     "djFrt3SfCAZtrpYYcWLsSv02lPH28/B78V9MxrFUyeNVpGe3G+7VX9wW7kJdk7vuGJxiBQdhI/EN0CVDztTYG2Dk"
     "QuDl8Wp8NvKFIk45A1zsBLPM42CcA0jUAzYg9UDTiR2cwNZBvx8hspPjfJrzoGHP/9k="},
    {"four tiles",
     "/0//UQApAAAAAAA6AAAAOgAAAAAAAAAAAAAAIAAAACAAAAAAAAAAAAABBwEB/1IADAAAAAEABQQEAAD/XAAjQncg"
     "dvB28HbAbwBvAG7gZ1BnUGdoUAVQBVBHV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIu"
     "NS4w/5AACgAAAAABMQAB/5PD+AIDDMH5AUH6gUD8gIAF0AiTBXHD4wkPiCQPBgxY7tYONFHUBy4Ux8ouHiIeIBvO"
     "FQATsWUPqipiFzCfxjDzjn0ZS6DyokfCf8+B2+M/PgXACN3pUhxOGaVQK9x3n9muv8wCumClOV9Bj4qV5cwkIKC6"
     "D05DgaAzY9poHZLonK6St+DakTxK68UphTHALwjG9+btnEN74OsxlsQCmFbuEZ6Rg8bHNnHNpC0AGc2UfBSKanIY"
     "VbIsyTj/QX/tX7ZpuodqngJYmkmmfGcpzpsLs9Srt9WE++wKk1dneSWjINRIiJ43Iud+sOEo2s6GrXuGX0EX01GG"
     "kCTkjhlbYWLdfyjBbpflsOUhgL/Z8ZI5TMdLA4YPhqrcZd9RITtkWiCLkxT/kAAKAAEAAAD+AAH/k8P4AgR5oP1A"
     "oD7AIAh1AxnD4wkPjCQfAGANCEkDBp+ahAuu+MPiEx8ouHwEAAnIqsuE8H+k5hlQWMYMJw3Af50RE6RsMUJPEx/f"
     "GXnwMz4TgBlUgJyRH7vrLu8IY7dQDyqb4Vu+Lyb7IfMuKislFaRwecu5iOI7p+liihMA+dIWQwoD7bjMAFB7KdPk"
     "ilSnx2ojtVCpH4uydM3el2ZsmfbszTX76TsaNSrg1BKgyQs6aSNreEOTOTmrkOI9Eg2T5JAucQIRHuR2b5IAs1IG"
     "cVl2HXRNHv8StrAFALRk4O/X83WVXa7dzQdZle39wfpovv+QAAoAAgAAAPAAAf+Tw/gCBJbB+oEgPvAQCDkDw+YL"
     "D4wkHwCAC6VWAYILO2caCw980MfGKj4w8HDAEgp0MyjeySwGGCFjjkGW2sYCuogJDbXfGdvjKz4TwGmeKOAJOJqF"
     "ksc3QJEDXNuWLwuhK8nHihhVGazHWtBhkWeLaNfiwL4NdWo0m6LbeIRJIayvzvHYfiALaKTmhofjxzUx2nAXxKVx"
     "dDS86dDO9h8+WTAt9x/nvtnOkk8tDXlCQaZA0ALExRzBxIaijB3BnhjiP6SQiKWRApQNijvLKblwyWITls1lsNjO"
     "NJE5nAUCitLv1v+QAAoAAwAAAM0AAf+TwfqBAAGPoH5AUB94EAFvAD/D4BI+IJB4MA0aKicLgQh9Bh5bx8YmHh4c"
     "KAyVy57b7bMp8BArxVQ5630NvGrKBM8nPIzxoAlp7kFkXoAKPxZu/16PuSrNI8caNlXYZd119u8C2BRSaVoXZRUq"
     "QJncNCSdDYQu5KbHNHHNABVBLAMV/r4oNrCeLS/IKHchzX9QKMoxsko/RTFdFY053riyFuRkrj2HzswXU723RMwk"
     "16OGqwMKFC/de8rRVpd9m7L/2Q=="},
    {"colours",
     "/0//UQAvAAAAAAA6AAAAOgAAAAAAAAAAAAAAOgAAADoAAAAAAAAAAAADBwEBBwEBBwEB/1IADAAAAAEABQQEAAD/"
     "XAAjQncgdvB28HbAbwBvAG7gZ1BnUGdoUAVQBVBHV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJz"
     "aW9uIDIuNS4w/5AACgAAAAAEwgAB/5PHxhAByUknw+AQBNMiWsPgEATTIlqAweDg8HA8GAxQ3gZQFAtoFMHg4PBw"
     "PBgMUN4GUBQLaBSAw+AmHwEw+EgMH/sSvjHACHUCtffTF0criMkakGifcIUZy8PgJh8BMPhIDB/7Er4xwAh1ArX3"
     "0xdHK4jJGpBon3CFGcuAx8K8fAtHwpAbzB1DbA+j2nBlB+dEd20w696Z5KUxcC3TUeiCtHUTYJw7/2MR6gXFSRvk"
     "M08uai79PSK60hZnSVzitvJ1npzHwrx8C0fCkBvMHUNsD6PacGUH50R3bTDr3pnkpTFwLdNR6IK0dRNgnDv/YxHq"
     "BcVJG+QzTy5qLv09IrrSFmdJXOK28nWenIDfBoF8N3OaEEJcgkDnzRtAOoVZpsKyXnbPruGlQ7TgT2paGMRwbMtE"
     "xZSufNGDw87aOl3tWyucBVVjvmjmDx36l61LRDAk3YkkJhlu5faRltpbfI1wF2XvGrBKiSC8z+MY9aQXpDBy3Hmi"
     "oZO3+PKzhWYOQH/WTtEbG/aAmfDvd1QYuC8DLn+k6tYqGkPUZ6ttsBuNtfcRbMs0exMWc4BBiIKAEt8GgXw3c5oQ"
     "QlyCQOfNG0A6hVmmwrJeds+u4aVDtOBPaloYxHBsy0TFlK580YPDzto6Xe1bK5wFVWO+aOYPHfqXrUtEMCTdiSQm"
     "GW7l9pGW2lt8jXAXZe8asEqJILzP4xj1pBekMHLceaKhk7f48rOFZg5Af9ZO0Rsb9oCZ8O93VBi4LwMuf6Tq1ioa"
     "Q9Rnq22wG4219xFsyzR7ExZzgEGIgoASgMc9LRz0oBnNlHwUhAHodbRNs7xBYhpOcRAA/0Xn6ybK99LOErpvJEaL"
     "qUt+k8Pm8lC+k5rzCZquyWDN02/8uq6peN8pNDq5BNrfexmMmwNW067Pl6vc9iL5c0ESMG/wHGDX3IVgwlg71tBY"
     "pTCYw5FmDRFs3WK1nS82HOPzIAlkk0QjQXtShbNMz1h3natEsUcuxeK/VJSaq9ZW3SDUSIieNyLe3XML33t5X6ky"
     "aJFfm3JIbeHdRYc+fMBTXHmmMqPrdjFrt3SfCAZtrpYYcWLsSv02lPH28/B78V9MxrFUyeNVpGe3G+7VX9wW7kJd"
     "k7vuGJxiBQdhI/EN0CVDztTYG2DkQuDl8Wp8NvKFIk45A1zsBLPM42CcA0jUAzYg9UDTiR2cwNZBvx8hspPjfJrH"
     "PS0c9KAZzZR8FIQB6HW0TbO8QWIaTnEQAP9F5+smyvfSzhK6byRGi6lLfpPD5vJQvpOa8wmarslgzdNv/LquqXjf"
     "KTQ6uQTa33sZjJsDVtOuz5er3PYi+XNBEjBv8Bxg19yFYMJYO9bQWKUwmMORZg0RbN1itZ0vNhzj8yAJZJNEI0F7"
     "UoWzTM9Yd52rRLFHLsXiv1SUmqvWVt0g1EiInjci3t1zC997eV+pMmiRX5tySG3h3UWHPnzAU1x5pjKj63Yxa7d0"
     "nwgGba6WGHFi7Er9NpTx9vPwe/FfTMaxVMnjVaRntxvu1V/cFu5CXZO77hicYgUHYSPxDdAlQ87U2Btg5ELg5fFq"
     "fDbyhSJOOQNc7ASzzONgnANI1AM2IPVA04kdnMDWQb8fIbKT43ya/9k="},
    {"black ink",
     "/0//UQAyAAAAAAA6AAAAOgAAAAAAAAAAAAAAOgAAADoAAAAAAAAAAAAEBwEBBwEBBwEBBwEB/1IADAAAAAEABQQE"
     "AAD/XAAjQncgdvB28HbAbwBvAG7gZ1BnUGdoUAVQBVBHV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2"
     "ZXJzaW9uIDIuNS4w/5AACgAAAAAC8AAB/5PPsBQIkF9egM+wFAiQX16Az7AUCJBfXoDD4wgHgytdgICAwfAJB8Ak"
     "DwYLYA9/A6AMxAwlFoCAgMPiFQ+MXD4hIA7QAxK+McAIdXEABe/TF0criMlTPRnSf64Sog2FooCAgMfEcj4jcfEX"
     "GyAbQ2wPo9pwZQfnRHdtMOvemeSlMXD7tDtvYS0nT+iCtHUTYJw7/2MR6gXFSRvkM097+8s/Ty8j5UaekV1pCzOk"
     "rnFbeTrPTm8MtMPOgICA3x1u+Orz1mBBsIBA580bQDqFWabCsl52z67hpUO04E9qWhjEcGzLRMWUrnzRg8PO2jpd"
     "7VsrnAVVY75o5g8d+petS0QwJN2JVkltd046SMXQt+PBZ42J4/n14Zr6i4Chx1vnJN+SxbYCaERs32z32pg5Dflh"
     "GrNS+XQdR9VwIwfIOdD8vKwZwUkGU2Pd89bGV0ajU/8y+X+XaFirrrYKn/hbIdY8z1EuwAopncd/mTMj9N5O/2Gj"
     "wCfYLkbLFG/VrFQ0h6jPVttgNxtr7iLZlmj2JiznAIMRBQAlas6WB/Aixz1lp6CxyQHOM6mqgICAx3pmO9MAGocO"
     "GErlEHp2h8Vc9xBYgvHOIgNBUcTr/HPSO+PlqnS9qnBjRtHYYG1pVNk3mvL+HdObJ3QpGwV7IIAsNqnBEImj8RGR"
     "VNJk7+d2oi2fQJi5AxqjGJ8cP7oszlQ9TqJczWWbeaOZZgXFQaCbq8slnCNMaVvhwMVA+PDZntAlE2/wHZuIGXmb"
     "LnddOuAXM9B623sNI3JatkFBIChGiJ43It7dcwvfe3lfqTJokV+bckht4d1Fhz58wFNceaYyo+t2MWu3dJ8IBm2u"
     "lhhxYuxK/TaU8fbz8HvxX0zGsVTJ41WkZ7cb7tVf3BbuQl2Tu+4YnGIFB2Ej8Q3QJUPO1NgbYORC4OXxanw28oUi"
     "TjkDXOwEs8zjYJwDSNQDNiD1QNOJHZzA1kG/HyGyk+N8mvOgYc//2Q=="},
    {"nothing but opacity",
     "/0//UQAsAAAAAAA6AAAAOgAAAAAAAAAAAAAAOgAAADoAAAAAAAAAAAACBwEBBwEB/1IADAAAAAEAAwQEAAD/XAAXQmc4"
     "Z1BnUGdoUAVQBVBHV9NX01di/2QAJQABQ3JlYXRlZCBieSBPcGVuSlBFRyB2ZXJzaW9uIDIuNS4w/5AACgAAAAAD8AAB"
     "/5PPsDgRUFSjbR9IAAAAMJCXdcfKoBFQcjgKoFRpkjIFEmf1OPNUV5W3Gnc8VzzGCQGb8wtF354Y4YNaemSAx8qOPlRR"
     "8p0bH4M+ymJWSzDKfvFCUkcZzKwGBy/GT/8630q8m/i8+66feS0nTxberquhqe2VNZEGBRbt817vcNoEwfe8XYzMu1w9"
     "iDovI+VGnpFdaQszpK5xW3k6z05vDLTDzkHHAUTzVIDfLZ75bJPipgBBsIBA580bQDqFWabCsl52z67hpUO04E9qWhjE"
     "cGzLRMWUrnzRg8PO2jpd7VsrnAVVY75o5g72aZVp7yoZhm3pDiUENzKXUXNPt96UVwEJ0fX+ZlJtxtbMXXuy7Bn1dr0Q"
     "oigNIq3CJN+SxbYCaERs32z32pg5DflhGrNS+XQdR6R9rqQZmmGMwYtpWE4c5HtsGw3AbnQRelLXt8Q73VClsYctPLvr"
     "GwhbUtHHi079aAsLbe8abyd/4aNNB5AvQO4XuXHE+S5j5RHDeC5GyxRv1axUNIeoz1bbYDcba+4i2ZZo9iYs5wAQRBh1"
     "z1eeKT/4IY0XG7NuGRxZ5/J7eijvFM7y5lS+cDwl02ELN7+pn0ENIVZNkYCAx7ryPdfw70qAGocOGErlEHp2h8Vc9xBY"
     "gvHOIgNBUcTr/HPSO+PlqnS9qnBjRtHYYG1pVNk3mvL+HdObJ3QpGwV7IIAsNqnBEImj8RGRVNJk7+d2oi2Y/jkCUr9g"
     "couQsDOuvU17tlbAQ5JFhBJHoSjFMKtCXgI5Kzm6IA42wBWqpvgzHraAgfQiaetlU8RNA1Vwa9qbbxd7xiFbSTkPJj/K"
     "f6/a3B5u7YojGYT5xDqpEDJOiGRU/fYWoqScHY3SLawiwgYgKEaInjci3t1zC997eV+pMmiRX5tySG3h3UWHPnzAU1x5"
     "pjKj63Yxa7d0nwgGba6WGHFi7Er9NpTx9vPwe/FfTMaxVMnjVaRntxvwi1JCmB0Z3z1FYVA1VN2Q1vwgCCCwLseK+bGD"
     "+MiMjlX/IkptdayLOulpbJgOMHDIWUJSOGsIjtFUYw5ARnl0uEvcGzrssPcPj8jYbB3GZE73GXRRLlnQLqnJcdTAvjl3"
     "clZdwWch0EvX4/8yqQdEg8OIUWBdxJxLKUDuIZy+UVKl0a+QznWwtj+W6yCclk1CSvAaP1HdY1t/Z8kiGFby/sMw2eR2"
     "e4eIWNVRkVcQfymObVpzL1AJnzXMooxpWNB5aeJgLBE4v65pqNiW9Iyy7skrKN5xpqst3+/Dhfeb5YSikIUBKPBk27D6"
     "vxZ8lHnDn/WkhzdH1l3QDiUunEwRRESxhPTCr6Fd/9k="},
};

static void
test_read(void **state)
{
  assert_chat(files, G_N_ELEMENTS(files));
}

static void
test_cut(void **state)
{
  assert_cut_is_told(files, G_N_ELEMENTS(files), 2); /* the marker of its end */
}

/* Numbers in the stream say which of two colours a pixel has, and may be 0 and 1. */
static void
test_table(void **state)
{
  static const char boxes[] = "\0\0\0\24pclr\0\2\3\7\7\7\0\0\0"
                              "\xff\xff\xff\0\0\0\24cmap\0\0\1\0\0\0\1\1\0\0\1\2";
  const size_t at = 32, end = at + 45; /* of the box with those that say what the picture is */
  g_autoptr(GBytes) bytes = bytes_of(files[0].base64);
  size_t len;
  const unsigned char *data = g_bytes_get_data(bytes, &len);
  g_autoptr(GByteArray) file = g_byte_array_new();
  g_autofree char *got = NULL;

  assert_memory_equal(data + at, "\0\0\0\55jp2h", 8);
  g_byte_array_append(file, data, end);
  g_byte_array_append(file, (const guint8 *)boxes, sizeof boxes - 1);
  g_byte_array_append(file, data + end, len - end);
  file->data[at + 3] += sizeof boxes - 1;
  got = codes_of(file->data, file->len);
  assert_string_equal(got, "-");
}

/* --- headers --- */

/* Bytes written over those of a code stream of 58 x 58: SIZ is at 2, COD at 45. */
static const struct {
  const char *label;
  size_t at;
  unsigned char size, bytes[4];
  gboolean want;
} headers[] = {
    {"as it is", 0, 0, {0}, TRUE},
    {"another marker", 2, 2, {0xff, 0x52}, FALSE},
    {"wide", 8, 4, {0x7f, 0, 0, 0}, FALSE},
    {"of no width", 16, 4, {0, 0, 0, 58}, FALSE},
    {"tiles of no height", 28, 4, {0, 0, 0, 0}, FALSE},
    {"tiles of a pixel", 24, 4, {0, 0, 0, 1}, TRUE},
    {"no components", 40, 2, {0, 0}, FALSE},
    {"two components in the room of one", 40, 2, {0, 2}, FALSE},
    {"deep", 42, 1, {37}, FALSE},
    {"samples that are nowhere", 43, 1, {0}, FALSE},
    {"samples far apart", 43, 1, {200}, FALSE},
    {"layers", 51, 2, {0xff, 0xff}, FALSE},
    {"levels", 54, 1, {200}, FALSE},
    {"a segment of no length", 47, 2, {0, 0}, FALSE},
    {"one that no reader knows", 45, 2, {0xff, 0x6f}, FALSE},
    {"a comment", 45, 2, {0xff, 0x64}, TRUE},
};

static void
test_headers(void **state)
{
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(headers); i++) {
    g_autoptr(GBytes) bytes = bytes_of(files[1].base64);
    size_t len = g_bytes_get_size(bytes);
    g_autofree unsigned char *copy = g_memdup2(g_bytes_get_data(bytes, NULL), len);
    JpxHeader header;

    memcpy(copy + headers[i].at, headers[i].bytes, headers[i].size);
    if (jpx_header_read(copy, len, &header) != headers[i].want) {
      print_error("%s\n", headers[i].label);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

/* Sides of its picture and of its tiles: many of those, or tiny blocks and precincts in a large
 * picture, would be more to keep than its pixels. */
static void
test_cost(void **state)
{
  static const struct {
    const char *label;
    guint32 side, tile;
    unsigned char block, precinct;
    gboolean want;
  } costs[] = {
      {"a page", 6000, 6000, 4, 0, TRUE},       {"tiles", 6000, 512, 4, 0, TRUE},
      {"many tiles", 6000, 100, 4, 0, FALSE},   {"tiny blocks", 6000, 6000, 0, 0, FALSE},
      {"precincts", 6000, 6000, 4, 0x77, TRUE}, {"tiny precincts", 6000, 6000, 4, 0x11, FALSE},
  };
  int failed = 0;

  for (size_t i = 0; i < G_N_ELEMENTS(costs); i++) {
    const guint32 side = GUINT32_TO_BE(costs[i].side), tile = GUINT32_TO_BE(costs[i].tile);
    unsigned char stream[80] = "\xff\x4f\xff\x51\0\x29";
    unsigned char coding[] = {0xff, 0x52, 0, 18, 0, 0, 0, 1, 0, 5, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0};
    JpxHeader header;

    memcpy(stream + 8, &side, 4);
    memcpy(stream + 12, &side, 4);
    memcpy(stream + 24, &tile, 4);
    memcpy(stream + 28, &tile, 4);
    memcpy(stream + 40, "\0\1\7\1\1", 5);
    coding[4] = costs[i].precinct != 0;
    coding[10] = coding[11] = costs[i].block;
    memset(coding + 14, costs[i].precinct, 6);
    memcpy(stream + 45, coding, sizeof coding);
    if (jpx_header_read(stream, 45 + sizeof coding, &header) != costs[i].want) {
      print_error("%s\n", costs[i].label);
      failed++;
    }
  }
  assert_int_equal(failed, 0);
}

int
main(void)
{
  const struct CMUnitTest tests[] = {
      cmocka_unit_test(test_read), cmocka_unit_test(test_cut),   cmocka_unit_test(test_headers),
      cmocka_unit_test(test_cost), cmocka_unit_test(test_table),
  };

  cmocka_set_message_output(CM_OUTPUT_TAP);
  return cmocka_run_group_tests(tests, NULL, NULL);
}
