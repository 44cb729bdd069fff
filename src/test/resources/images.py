"""Makes images.zip, small images of the kinds that people have, and images.tsv, what Pillow decodes of each.

Usage: images.py FOLDER. Python 3.11 with Pillow 13.0, numpy, piexif, imagecodecs and pillow_heif; jpegtran of libjpeg-turbo.
images.tsv has a line per image: its name, Pillow's size and the SHA-256 of Pillow's pixels (red, green, blue; EXIF applied), or
'refused'; then the first 16 digits of the SHA-256 of the tensors that version 0.1.0 made of it (left as they are if the file has
them already), or 'refused'.
"""
import hashlib, io, os, struct, subprocess, sys, warnings, zipfile, zlib
import imagecodecs, numpy as np, piexif, pillow_heif
from PIL import Image, ImageOps

HERE = sys.argv[1]
S = 64
files = {}

def w(name, data):
    files[name] = data

def picture(width=S, height=S):
    """A smooth picture without symmetry: corners differ."""
    y, x = np.mgrid[0:height, 0:width].astype(float)
    r = 40 + 180 * x / max(1, width - 1)
    g = 30 + 190 * y / max(1, height - 1)
    b = 200 - 120 * (x / max(1, width) + y / max(1, height)) / 2
    a = np.stack([r, g, b], -1)
    a[: height // 4, : width // 4] = (230, 30, 30)      # top left red
    a[height - height // 4:, : width // 4] = (30, 60, 220)  # bottom left blue
    return Image.fromarray(a.round().astype(np.uint8), 'RGB')

def jpg(im, **kw):
    b = io.BytesIO(); kw.setdefault('quality', 95); kw.setdefault('subsampling', 0)
    im.save(b, 'JPEG', **kw); return b.getvalue()

def png(im, **kw):
    b = io.BytesIO(); im.save(b, 'PNG', **kw); return b.getvalue()

base = picture()
BASE = jpg(base)
w('base.png', png(base)); w('base.jpg', BASE)

# ---- colour
cmyk = base.convert('CMYK')
CMYK = jpg(cmyk); w('cmyk_adobe.jpg', CMYK)
def segments(d):
    at = 2; out = []
    while True:
        m = d[at + 1]
        if m == 0xDA: out.append((m, d[at:])); return out
        n = struct.unpack('>H', d[at + 2:at + 4])[0]
        out.append((m, d[at:at + 2 + n])); at += 2 + n
def join(segs): return b'\xff\xd8' + b''.join(s for _, s in segs)
w('cmyk_no_adobe.jpg', join([s for s in segments(CMYK) if s[0] != 0xEE]))
# YCCK: components Y,Cb,Cr of the inverted CMY, K inverted; APP14 transform 2
c = np.asarray(cmyk).astype(float); inv = 255 - c
R, G, B = inv[..., 0], inv[..., 1], inv[..., 2]
# libjpeg ycck->cmyk: C = 255 - (Y + 1.402 Cr'), so Y.. are of 255 - stored; stored (Adobe) = 255 - c = inv
r2, g2, b2 = 255 - R, 255 - G, 255 - B
Y = .299 * r2 + .587 * g2 + .114 * b2; Cb = -.168736 * r2 - .331264 * g2 + .5 * b2 + 128; Cr = .5 * r2 - .418688 * g2 - .081312 * b2 + 128
stored = np.stack([Y, Cb, Cr, inv[..., 3]], -1).round().clip(0, 255).astype(np.uint8)
# Pillow stores 255 - value for CMYK, so hand it 255 - what should be stored
y = jpg(Image.fromarray((255 - stored).astype(np.uint8), 'CMYK'))
segs = []
for m, s in segments(y):
    if m == 0xEE: s = s[:-1] + b'\x02'
    segs.append((m, s))
w('cmyk_ycck.jpg', join(segs))
try: w('rgb_adobe0.jpg', jpg(base, keep_rgb=True))
except Exception as e: print('rgb_adobe0', e)
w('grey.jpg', jpg(base.convert('L'))); w('grey.png', png(base.convert('L')))
grey = np.asarray(base.convert('L'))
alpha = np.full((S, S), 255, np.uint8); alpha[:, S // 2:] = 0
rgba = np.dstack([np.asarray(base), alpha]); w('rgba.png', png(Image.fromarray(rgba, 'RGBA')))
hid = rgba.copy(); hid[alpha == 0] = (0, 0, 0, 0); w('rgba_black_beneath.png', png(Image.fromarray(hid, 'RGBA')))
hid2 = rgba.copy(); hid2[alpha == 0] = (255, 255, 255, 0); w('rgba_white_beneath.png', png(Image.fromarray(hid2, 'RGBA')))
w('grey_alpha.png', png(Image.fromarray(np.dstack([grey, alpha]), 'LA')))
pal = base.quantize(32); w('palette.png', png(pal)); w('palette_trns.png', png(pal, transparency=3))
b = np.asarray(pal); w('palette_trns_bytes.png', png(pal, transparency=bytes([0 if i < 8 else 128 if i < 16 else 255 for i in range(32)])))
w('bilevel.png', png(base.convert('1'))); w('palette_2bit.png', png(base.quantize(4), bits=2))
w('rgb_trns.png', png(base, transparency=tuple(np.asarray(base)[5, 5].tolist())))
g16 = (grey.astype(np.uint16) * 257); w('grey16.png', imagecodecs.png_encode(g16))
w('rgb16.png', imagecodecs.png_encode(np.asarray(base).astype(np.uint16) * 257))
w('rgba16.png', imagecodecs.png_encode(np.dstack([np.asarray(base), alpha]).astype(np.uint16) * 257))
low = (grey.astype(np.uint16) * 16); w('grey16_12bit_values.png', imagecodecs.png_encode(low))  # 12-bit data in 16 bits

def chunk(t, d): return struct.pack('>I', len(d)) + t + d + struct.pack('>I', zlib.crc32(t + d))
def png_interlaced(a):
    h, wd, _ = a.shape; raw = b''
    for x0, y0, dx, dy in [(0,0,8,8),(4,0,8,8),(0,4,4,8),(2,0,4,4),(0,2,2,4),(1,0,2,2),(0,1,1,2)]:
        sub = a[y0::dy, x0::dx]
        if sub.size:
            for row in sub: raw += b'\0' + row.tobytes()
    return b'\x89PNG\r\n\x1a\n' + chunk(b'IHDR', struct.pack('>IIBBBBB', wd, h, 8, 2, 0, 0, 1)) + chunk(b'IDAT', zlib.compress(raw)) + chunk(b'IEND', b'')
w('interlaced.png', png_interlaced(np.asarray(base)))
P = png(base)
def png_with(extra, after=33): return P[:after] + extra + P[after:]
icc = b'icc\0\0' + zlib.compress(b'\0' * 200)
w('png_bad_iccp.png', png_with(chunk(b'iCCP', icc)))
w('png_bad_gama_chrm.png', png_with(chunk(b'cHRM', b'\0' * 32) + chunk(b'gAMA', struct.pack('>I', 0))))
b2 = io.BytesIO(); base.save(b2, 'PNG', save_all=True, append_images=[base.rotate(180)]); w('apng.png', b2.getvalue())
bad = bytearray(P); i = bad.index(b'IDAT'); n = struct.unpack('>I', bad[i-4:i])[0]; bad[i+4+n] ^= 0xFF; w('png_idat_crc.png', bytes(bad))
w('png_text_crc.png', png_with(chunk(b'tEXt', b'Comment\0hello')[:-1] + b'\x00'))
w('trunc_half.png', P[:len(P)//2]); w('trunc_iend.png', P[:-12]); w('png_after_iend.png', P + b'garbage' * 10)

# ---- EXIF
wide = picture(96, 64)
def exif(o, order=b'MM', typ=3):
    e = '>' if order == b'MM' else '<'
    val = struct.pack(e + 'HH', o, 0) if typ == 3 else struct.pack(e + 'I', o)
    t = order + struct.pack(e + 'HI', 42, 8) + struct.pack(e + 'H', 1) + struct.pack(e + 'HHI', 0x112, typ, 1) + val + struct.pack(e + 'I', 0)
    return b'Exif\0\0' + t
def app1(body): return b'\xff\xe1' + struct.pack('>H', len(body) + 2) + body
def with_app(d, *bodies, after_app0=True):
    at = 2
    if after_app0 and d[3] == 0xE0: at += 2 + struct.unpack('>H', d[4:6])[0]
    return d[:at] + b''.join(bodies) + d[at:]
WIDE = jpg(wide)
for o in range(1, 9): w('exif_%d.jpg' % o, with_app(WIDE, app1(exif(o))))
w('exif_6_II.jpg', with_app(WIDE, app1(exif(6, b'II'))))
w('exif_6_long.jpg', with_app(WIDE, app1(exif(6, b'MM', 4))))
w('exif_6_long_II.jpg', with_app(WIDE, app1(exif(6, b'II', 4))))
w('exif_6_before_app0.jpg', with_app(WIDE, app1(exif(6)), after_app0=False))
xmp = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"></x:xmpmeta>'
w('exif_6_after_xmp.jpg', with_app(WIDE, app1(xmp), app1(exif(6))))
w('exif_6_before_xmp.jpg', with_app(WIDE, app1(exif(6)), app1(xmp)))
xmpo = b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>'
w('xmp_orientation_6.jpg', with_app(WIDE, app1(xmpo)))
w('exif_corrupt.jpg', with_app(WIDE, app1(b'Exif\0\0MM\0*\xff\xff\xff\xff' + b'\x12' * 50)))
w('exif_9.jpg', with_app(WIDE, app1(exif(9)))); w('exif_0.jpg', with_app(WIDE, app1(exif(0))))
w('xmp_not_utf8.jpg', with_app(WIDE, app1(b'http://ns.adobe.com/xap/1.0/\0<x>\xa8\xff</x>')))
WP = png(wide); w('exif_6.png', WP[:33] + chunk(b'eXIf', exif(6)[6:]) + WP[33:])
# thumbnail in EXIF of other size
ex = piexif.dump({'0th': {piexif.ImageIFD.Orientation: 1}, '1st': {piexif.ImageIFD.Compression: 6}, 'thumbnail': jpg(Image.new('RGB', (16, 16), 'green'))})
w('exif_thumbnail.jpg', jpg(wide, exif=ex))

# ---- JPEG kinds
w('progressive.jpg', jpg(base, progressive=True))
def tran(*a, d=BASE): return subprocess.run(['jpegtran', *a], input=d, capture_output=True, check=True).stdout
w('arithmetic.jpg', tran('-arithmetic')); w('arithmetic_progressive.jpg', tran('-arithmetic', '-progressive'))
w('restart.jpg', tran('-restart', '2B')); w('optimised.jpg', tran('-optimize'))
w('sub420.jpg', jpg(base, subsampling=2)); w('sub422.jpg', jpg(base, subsampling=1))
try: w('jpeg_12bit.jpg', imagecodecs.jpeg8_encode((np.asarray(base).astype(np.uint16) * 16), bitspersample=12, level=95))
except Exception as e: print('12bit', e)
try: w('jpeg_lossless.jpg', imagecodecs.jpeg8_encode(np.asarray(base), lossless=True))
except Exception as e:
    try: w('jpeg_lossless.jpg', imagecodecs.ljpeg_encode(grey))
    except Exception as e2: print('lossless', e, e2)
# MJPEG: without Huffman tables
std = jpg(base)  # standard tables: Pillow without optimize
w('mjpeg_no_dht.jpg', join([s for s in segments(std) if s[0] != 0xC4]))
d = bytearray(BASE); i = d.index(b'\xff\xc0'); d[i+5:i+7] = b'\0\0'; w('jpeg_height_0_dnl.jpg', bytes(d))
d = bytearray(BASE); i = d.index(b'\xff\xc0'); d[i+4] = 12; w('jpeg_sof_precision_12_patched.jpg', bytes(d))
# sRGB-like / CMYK ICC
# ---- damage
def scan_at(d): 
    i = d.index(b'\xff\xda'); return i + 2 + struct.unpack('>H', d[i+2:i+4])[0]
photo = Image.fromarray(np.random.RandomState(1).randint(0, 255, (16, 16, 3), np.uint8), 'RGB').resize((256, 256), Image.BICUBIC)
PHOTO = jpg(photo, quality=85); w('photo.jpg', PHOTO)
w('trunc_eoi.jpg', PHOTO[:-2]); w('trunc_half.jpg', PHOTO[:len(PHOTO)//2]); w('trunc_10.jpg', PHOTO[:-10]); w('trunc_header.jpg', PHOTO[:scan_at(PHOTO) + 5])
PROG = jpg(photo, quality=85, progressive=True); w('trunc_half_progressive.jpg', PROG[:len(PROG)//2]); w('trunc_10_progressive.jpg', PROG[:-10])
z = bytearray(PHOTO); s = scan_at(PHOTO); m = (s + len(z)) // 2; z[m:m+200] = b'\0' * 200; w('zeros_in_scan.jpg', bytes(z))
z = bytearray(PHOTO); z[m:] = b'\0' * (len(z) - m); w('zeros_tail.jpg', bytes(z))  # sparse download / preallocated file
z = bytearray(PHOTO); z[m:m+1] = bytes([z[m] ^ 0x10]); w('bitflip.jpg', bytes(z))
w('zero_bytes.jpg', b''); w('only_soi.jpg', b'\xff\xd8\xff')
w('junk_before_soi.jpg', b'\r\n' + BASE); w('junk_after_eoi.jpg', BASE + b'<html>' * 100)
w('junk_before_eoi.jpg', BASE[:-2] + b'\x7f' * 65 + b'\xff\xd9')  # cats and dogs: extraneous bytes before marker 0xd9
w('fill_ff_before_markers.jpg', b'\xff\xd8' + b''.join(b'\xff' * 3 + s for _, s in segments(BASE)))
segs = segments(BASE)
w('junk_between_segments.jpg', b'\xff\xd8' + segs[0][1] + b'\0' * 4 + b''.join(s for _, s in segs[1:]))
w('junk_7_between_segments.jpg', b'\xff\xd8' + segs[0][1] + b'\x12\x34\x56\x78\x9a\xbc\xde' + b''.join(s for _, s in segs[1:]))
w('ff00_in_header.jpg', b'\xff\xd8' + segs[0][1] + b'\xff\0' * 2 + b''.join(s for _, s in segs[1:]))
w('fill_ff_before_eoi.jpg', BASE[:-2] + b'\xff' * 4 + b'\xff\xd9')
b3 = io.BytesIO(); base.save(b3, 'MPO', save_all=True, append_images=[base.rotate(90)], quality=95, subsampling=0); w('mpo.jpg', b3.getvalue())
# ---- other formats called .jpg
for ext, kw in [('WEBP', {'lossless': True}), ('GIF', {}), ('BMP', {}), ('TIFF', {}), ('AVIF', {}), ('JPEG2000', {}), ('ICO', {})]:
    try:
        bb = io.BytesIO(); base.save(bb, ext, **kw); w('is_%s.jpg' % ext.lower(), bb.getvalue())
    except Exception as e: print(ext, e)
pillow_heif.register_heif_opener()
bb = io.BytesIO(); base.save(bb, 'HEIF'); w('is_heic.jpg', bb.getvalue())
try: w('is_jxl.jpg', imagecodecs.jpegxl_encode(np.asarray(base)))
except Exception as e: print('jxl', e)
w('is_png.jpg', P); w('is_jpeg.png', BASE)
w('is_html.jpg', b'<!DOCTYPE html><html><body>404 Not Found</body></html>'); w('is_lfs_pointer.jpg', b'version https://git-lfs.github.com/spec/v1\noid sha256:' + b'a' * 64 + b'\nsize 12345\n')
w('is_svg.png', b'<svg xmlns="http://www.w3.org/2000/svg"/>')
w('is_appledouble.jpg', b'\0\x05\x16\x07\0\x02\0\0' + b'Mac OS X        ' + b'\0' * 60)
# ---- sizes
w('size_1x1.png', png(Image.new('RGB', (1, 1), (200, 100, 50)))); w('size_1x1.jpg', jpg(Image.new('RGB', (1, 1), (200, 100, 50))))
w('size_1x500.jpg', jpg(picture(1, 500))); w('size_500x1.png', png(picture(500, 1)))
w('size_3000x20.jpg', jpg(picture(3000, 20)))

# ---- WebP, GIF, BMP, TIFF
base=picture(); wide=picture(96,64)
def save(im,fmt,**kw):
    b=io.BytesIO(); im.save(b,fmt,**kw); return b.getvalue()
def s(name,im,fmt,**kw):
    w(name,save(im,fmt,**kw))
alpha=np.full((64,64),255,np.uint8); alpha[:,32:]=0; alpha[:,24:40]=128
rgba=Image.fromarray(np.dstack([np.asarray(base),alpha]),'RGBA')
ex=Image.Exif(); ex[0x112]=6
s('webp_lossy.webp',base,'WEBP'); s('webp_lossless.webp',base,'WEBP',lossless=True)
s('webp_lossy_alpha.webp',rgba,'WEBP'); s('webp_lossless_alpha.webp',rgba,'WEBP',lossless=True,exact=True)
s('webp_exif6.webp',wide,'WEBP',exif=ex.tobytes()); s('webp_exif6_lossless.webp',wide,'WEBP',lossless=True,exif=ex.tobytes())
s('webp_xmp.webp',wide,'WEBP',xmp=b'<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/" tiff:Orientation="6"/></rdf:RDF></x:xmpmeta>')
s('webp_animated.webp',base,'WEBP',save_all=True,append_images=[base.rotate(90)],lossless=True)
s('webp_animated_alpha.webp',rgba,'WEBP',save_all=True,append_images=[rgba.rotate(90)])
d=save(base,'WEBP'); w('webp_trunc.webp',d[:len(d)//2]); w('webp_trunc_10.webp',d[:-10])
s('gif.gif',base,'GIF'); s('gif_grey.gif',base.convert('L'),'GIF'); s('gif_interlace.gif',base,'GIF',interlace=True); s('gif_animated.gif',base,'GIF',save_all=True,append_images=[base.rotate(90),base.rotate(180)])
p=base.quantize(32); s('gif_transparent.gif',p,'GIF',transparency=3)
s('gif_rgba.gif',rgba,'GIF')
g=bytearray(save(base,'GIF')); w('gif_trunc.gif',bytes(g[:len(g)//2])); w('gif_no_trailer.gif',bytes(g[:-1]))
# a first frame smaller than the logical screen
g=bytearray(save(base,'GIF')); g[6:10]=struct.pack('<HH',96,80); w('gif_small_frame.gif',bytes(g))
# frame with offset: find the image descriptor
i=13+3*(2<<(g[10]&7)) if g[10]&0x80 else 13
while g[i]==0x21:
    i+=2
    while g[i]: i+=g[i]+1
    i+=1
assert g[i]==0x2C
g[i+1:i+5]=struct.pack('<HH',10,5); w('gif_offset_frame.gif',bytes(g))
h=bytearray(save(base,'GIF')); h[6:10]=struct.pack('<HH',32,32); w('gif_frame_larger_than_screen.gif',bytes(h))
h=bytearray(save(base,'GIF')); h[3:6]=b'87a'; w('gif_87a.gif',bytes(h))
s('bmp_24.bmp',base,'BMP'); s('bmp_8.bmp',p,'BMP'); s('bmp_grey.bmp',base.convert('L'),'BMP'); s('bmp_1.bmp',base.convert('1'),'BMP'); s('bmp_32.bmp',rgba,'BMP')
b=bytearray(save(base,'BMP'))
def bmp(w_,h_,bits,rows,comp=0,extra=b'',pal=b'',hdr=40):
    off=14+hdr+len(extra)+len(pal)
    return b'BM'+struct.pack('<IHHI',off+len(rows),0,0,off)+struct.pack('<IiiHHIIiiII',40,w_,h_,1,bits,comp,len(rows),2835,2835,0,0)+b'\0'*(hdr-40)+extra+pal+rows
a=np.asarray(base)
top=b''.join(r[:,::-1].tobytes() for r in a); w('bmp_topdown.bmp',bmp(64,-64,24,top))
v=((a[...,0].astype(int)>>3)<<10|(a[...,1].astype(int)>>3)<<5|(a[...,2].astype(int)>>3)).astype('<u2')
w('bmp_16_555.bmp',bmp(64,64,16,v[::-1].tobytes()))
v=((a[...,0].astype(int)>>3)<<11|(a[...,1].astype(int)>>2)<<5|(a[...,2].astype(int)>>3)).astype('<u2')
w('bmp_16_565.bmp',bmp(64,64,16,v[::-1].tobytes(),3,struct.pack('<III',0xF800,0x7E0,0x1F)))
idx=np.asarray(p); palb=b''.join(bytes([c[2],c[1],c[0],0]) for c in np.array(p.getpalette()[:32*3]).reshape(-1,3)); palb+=b'\0'*(1024-len(palb))
rle=b''.join(b''.join(bytes([1,v]) for v in row)+b'\0\0' for row in idx[::-1])+b'\0\1'
w('bmp_rle8.bmp',bmp(64,64,8,rle,1,b'',palb))
p4=base.quantize(16); i4=np.asarray(p4); pal4=b''.join(bytes([c[2],c[1],c[0],0]) for c in np.array((p4.getpalette()+[0]*48)[:16*3]).reshape(-1,3))
w('bmp_4.bmp',bmp(64,64,4,(i4[:,0::2]<<4|i4[:,1::2]).astype(np.uint8)[::-1].tobytes(),0,b'',pal4))
rle4=b''.join(b''.join(bytes([2,v]) for v in ((row[0::2]<<4|row[1::2]))) +b'\0\0' for row in i4[::-1])+b'\0\1'
w('bmp_rle4.bmp',bmp(64,64,4,rle4,2,b'',pal4))
core=b''.join(r[:,::-1].tobytes() for r in a[::-1]); w('bmp_os2_core.bmp',b'BM'+struct.pack('<IHHI',26+len(core),0,0,26)+struct.pack('<IHHHH',12,64,64,1,24)+core)
r32=np.dstack([a[...,::-1],alpha]); w('bmp_v4_alpha.bmp',b'BM'+struct.pack('<IHHI',122+r32.size,0,0,122)+struct.pack('<IiiHHIIiiII',108,64,64,1,32,3,r32.size,0,0,0,0)+struct.pack('<IIII',0xFF0000,0xFF00,0xFF,0xFF000000)+b'BGRs'+b'\0'*48+r32[::-1].tobytes())
w('bmp_trunc.bmp',save(base,'BMP')[:5000])
J=save(base,'JPEG'); w('bmp_jpeg_inside.bmp',bmp(64,64,0,J,4))
big=np.asarray(base)
for c in [None,'tiff_lzw','tiff_deflate','tiff_adobe_deflate','packbits','jpeg','zstd','lzma','tiff_ccitt','group4']:
    im=base.convert('1') if c in('tiff_ccitt','group4') else base
    s('tiff_%s.tiff'%c,im,'TIFF',compression=c)
s('tiff_grey.tiff',base.convert('L'),'TIFF'); s('tiff_palette.tiff',p,'TIFF'); s('tiff_cmyk.tiff',base.convert('CMYK'),'TIFF'); s('tiff_lab.tiff',base.convert('LAB'),'TIFF'); s('tiff_bilevel.tiff',base.convert('1'),'TIFF')
s('tiff_rgba.tiff',rgba,'TIFF'); s('tiff_rgba_lzw.tiff',rgba,'TIFF',compression='tiff_lzw'); s('tiff_la.tiff',Image.fromarray(np.dstack([np.asarray(base.convert('L')),alpha]),'LA'),'TIFF')
g16=np.asarray(base.convert('L')).astype(np.uint16)*257
s('tiff_grey16.tiff',Image.fromarray(g16),'TIFF'); s('tiff_f32.tiff',Image.fromarray(np.asarray(base.convert('L')).astype(np.float32)/255),'TIFF'); s('tiff_i32.tiff',Image.fromarray(np.asarray(base.convert('L')).astype(np.int32)),'TIFF')
for o in (2,3,6,8): s('tiff_orient%d.tiff'%o,wide,'TIFF',tiffinfo={274:o})
s('tiff_pages.tiff',base,'TIFF',save_all=True,append_images=[base.rotate(90)])
s('tiff_bigtiff.tiff',base,'TIFF',big_tiff=True)
# by hand, uncompressed, both orders, 8-bit or 16-bit RGB
def tiff(e,arr,bits=8,photo=2,extra=(),planar=1,sample_format=None):
    h,w_=arr.shape[:2]; n=1 if arr.ndim==2 else arr.shape[2]
    data=(arr if planar==1 else np.moveaxis(arr,-1,0)).astype((e+'u%d'%(bits//8)) if bits>8 else np.uint8).tobytes()
    tags=[(256,4,1,w_),(257,4,1,h),(258,3,n,None),(259,3,1,1),(262,3,1,photo),(273,4,1,None),(277,3,1,n),(278,4,1,h),(279,4,1,len(data)),(284,3,1,planar)]+list(extra)
    if planar==2: tags=[t for t in tags if t[0] not in(273,279)]+[(273,4,n,'off'),(279,4,n,'cnt')]
    tags.sort(); ifd=8; at=ifd+2+12*len(tags)+4; tail=b''
    def ref(b):
        nonlocal tail
        o=at+len(tail); tail+=b; return o
    refs={}
    refs[258]=ref(struct.pack(e+'H'*n,*[bits]*n)) if n>2 else None
    if planar==2: 
        offo=at+len(tail); tail+=b'\0'*4*n; cnto=ref(struct.pack(e+'I'*n,*[len(data)//n]*n))
    doff=at+len(tail)
    if planar==2: tail=tail[:offo-at]+struct.pack(e+'I'*n,*[doff+k*(len(data)//n) for k in range(n)])+tail[offo-at+4*n:]
    out=(b'MM' if e=='>' else b'II')+struct.pack(e+'HI',42,8)+struct.pack(e+'H',len(tags))
    for t,ty,c,v in tags:
        if t==258: val=struct.pack(e+'I',refs[258]) if n>2 else struct.pack(e+'HH',bits,bits if n==2 else 0)
        elif t==273: val=struct.pack(e+'I',offo if planar==2 else doff)
        elif t==279 and planar==2: val=struct.pack(e+'I',cnto)
        elif ty==3: val=struct.pack(e+'HH',v,0)
        else: val=struct.pack(e+'I',v)
        out+=struct.pack(e+'HHI',t,ty,c)+val
    return out+struct.pack(e+'I',0)+tail+data
for e,n in (('<','ii'),('>','mm')):
    w('tiff_rgb_%s.tiff'%n,tiff(e,a)); w('tiff_rgb16_%s.tiff'%n,tiff(e,a.astype(np.uint16)*257,16)); w('tiff_grey_%s.tiff'%n,tiff(e,np.asarray(base.convert('L')),8,1)); w('tiff_grey16_%s.tiff'%n,tiff(e,g16,16,1))
    w('tiff_rgba_%s.tiff'%n,tiff(e,np.asarray(rgba),8,2,[(338,3,1,2)]))
    w('tiff_rgb_planar_%s.tiff'%n,tiff(e,a,planar=2))
    w('tiff_orient_%s.tiff'%n,tiff(e,np.asarray(wide),extra=[(274,3,1,6)]))
w('tiff_white_is_zero.tiff',tiff('<',255-np.asarray(base.convert('L')),8,0))
w('tiff_rgba_premul.tiff',tiff('<',np.asarray(rgba),8,2,[(338,3,1,1)]))
w('tiff_rgbx.tiff',tiff('<',np.asarray(rgba),8,2,[(338,3,1,0)]))
t=tiff('<',a); w('tiff_trunc.tiff',t[:len(t)//2])
# JPEG with CMYK exif etc
xmp=lambda o:b'http://ns.adobe.com/xap/1.0/\0<x:xmpmeta xmlns:x="adobe:ns:meta/"><rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description xmlns:tiff="http://ns.adobe.com/tiff/1.0/"><tiff:Orientation>%d</tiff:Orientation></rdf:Description></rdf:RDF></x:xmpmeta>'%o
def app1(b): return b'\xff\xe1'+struct.pack('>H',len(b)+2)+b
WIDE=save(wide,'JPEG',quality=95,subsampling=0)
def ins(d,x): 
    at=2+2+struct.unpack('>H',d[4:6])[0]; return d[:at]+x+d[at:]
w('xmp_element_8.jpg',ins(WIDE,app1(xmp(8))))
def exif(o,typ=3,e='>',tag=0x112,n=1):
    val={3:struct.pack(e+'HH',o,0),4:struct.pack(e+'I',o),1:bytes([o,0,0,0]),9:struct.pack(e+'i',o),8:struct.pack(e+'hH',o,0),2:b'%d\0\0\0'%o}[typ]
    return b'Exif\0\0'+(b'MM' if e=='>' else b'II')+struct.pack(e+'HI',42,8)+struct.pack(e+'H',1)+struct.pack(e+'HHI',tag,typ,n)+val+struct.pack(e+'I',0)
for typ in (1,2,8,9): w('exif_6_type%d.jpg'%typ,ins(WIDE,app1(exif(6,typ))))
w('exif_6_long_count2.jpg',ins(WIDE,app1(exif(6,4,n=2))))
w('exif_6_short_count2.jpg',ins(WIDE,app1(exif(6,3,n=2))))
w('exif_1_xmp_6.jpg',ins(WIDE,app1(exif(1))+app1(xmp(6))))
w('exif_3_xmp_6.jpg',ins(WIDE,app1(exif(3))+app1(xmp(6))))
w('exif_other_xmp_6.jpg',ins(WIDE,app1(exif(3,tag=0x128))+app1(xmp(6))))
w('exif_6_twice.jpg',ins(WIDE,app1(exif(6))+app1(exif(3))))
w('exif_6_long_and_xmp_3.jpg',ins(WIDE,app1(exif(6,4))+app1(xmp(3))))
w('exif_long_9_xmp_3.jpg',ins(WIDE,app1(exif(9,4))+app1(xmp(3))))
pw=save(wide,'PNG')
def chunk(t,d): return struct.pack('>I',len(d))+t+d+struct.pack('>I',zlib.crc32(t+d))
x=xmp(6)[29:]
w('png_xmp_6.png',pw[:33]+chunk(b'iTXt',b'XML:com.adobe.xmp\0\0\0\0\0'+x)+pw[33:])
w('png_xmp_6_z.png',pw[:33]+chunk(b'iTXt',b'XML:com.adobe.xmp\0\1\0\0\0'+zlib.compress(x))+pw[33:])
w('png_exif_6_long.png',pw[:33]+chunk(b'eXIf',exif(6,4)[6:])+pw[33:])
w('png_exif_6_late.png',pw[:-12]+chunk(b'eXIf',exif(6)[6:])+pw[-12:])
w('png_exif_6.png',pw[:33]+chunk(b'eXIf',exif(6)[6:])+pw[33:])
w('bmp_wide.bmp',save(wide,'BMP'))
la16=np.dstack([g16,alpha.astype(np.uint16)*257]); w('grey_alpha16.png',imagecodecs.png_encode(la16))
s('grey_trns.png',base.convert('L'),'PNG',transparency=100)
s('bilevel_trns.png',base.convert('1'),'PNG',transparency=1)
w('rgba_half.png',save(rgba,'PNG')); w('rgba16_half.png',imagecodecs.png_encode(np.dstack([a.astype(np.uint16)*257,alpha.astype(np.uint16)*257])))

# ---- what Pillow makes of them
Image.MAX_IMAGE_PIXELS = None
warnings.simplefilter('ignore')

def by_pillow(data):
    try:
        im = Image.open(io.BytesIO(data))
        im.load()
        im = ImageOps.exif_transpose(im)
        if im.mode.startswith('I;16'):
            im = Image.fromarray((np.asarray(im).astype(np.uint32) >> 8).astype(np.uint8))
        im = im.convert('RGB')
        return '%dx%d\t%s' % (im.size + (hashlib.sha256(im.tobytes()).hexdigest(),))
    except Exception:
        return 'refused\t'

table = os.path.join(HERE, 'images.tsv')
before = {}
if os.path.exists(table):
    before = {line.split('\t')[0]: line.rstrip('\n').split('\t')[3] for line in open(table)}
with zipfile.ZipFile(os.path.join(HERE, 'images.zip'), 'w', zipfile.ZIP_DEFLATED) as packed, open(table, 'w') as out:
    for name in sorted(files):
        packed.writestr(zipfile.ZipInfo(name), files[name], zipfile.ZIP_DEFLATED)
        out.write('%s\t%s\t%s\n' % (name, by_pillow(files[name]), before.get(name, '')))
