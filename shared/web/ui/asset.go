package ui

import (
	"bytes"
	"compress/gzip"
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
	"sync"
)

// What scripts/assets made of other people's packages comes first: our own refers to it by name.
//
//go:embed vendored assets
var assetFiles embed.FS

// AssetPath is the path below which assets are served.
const AssetPath = "/assets/"

// mediaTypes is by extension. The operating system's own list is not asked: it differs from one machine to another.
var mediaTypes = map[string]string{
	".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8", ".svg": "image/svg+xml", ".txt": "text/plain; charset=utf-8",
}

// OpenedAsset is a file that pages refer to by an address that holds its digest, so
// that it may be kept for ever.
type OpenedAsset struct {
	MediaType string
	Content   []byte
	Gzip      func() []byte // the content compressed; done once
	address   string
}

// assets are read when the first page refers to them, or the first browser asks for one.
var assets = sync.OnceValue(func() map[string]OpenedAsset {
	read := map[string]OpenedAsset{}
	for _, folder := range []string{"vendored", "assets"} {
		list, err := assetFiles.ReadDir(folder)
		if err != nil {
			panic(err) // the program was built without them
		}
		for _, file := range list {
			content, err := assetFiles.ReadFile(folder + "/" + file.Name())
			if err != nil {
				panic(err)
			}
			read[file.Name()] = newAsset(file.Name(), link(content, read))
		}
	}
	return read
})

// link puts the addresses of modules in place of the names that a script imports them by.
func link(content []byte, modules map[string]OpenedAsset) []byte {
	for name, m := range modules {
		content = bytes.ReplaceAll(content, []byte(`"./`+name+`"`), []byte(`"`+m.address+`"`))
	}
	return content
}

func newAsset(name string, content []byte) OpenedAsset {
	sum := sha256.Sum256(content)
	extension := path.Ext(name)
	return OpenedAsset{
		MediaType: mediaTypes[extension],
		Content:   content,
		Gzip:      sync.OnceValue(func() []byte { return compress(content) }),
		address:   AssetPath + strings.TrimSuffix(name, extension) + "." + hex.EncodeToString(sum[:8]) + extension,
	}
}

func compress(content []byte) []byte {
	var b bytes.Buffer
	w, err := gzip.NewWriterLevel(&b, gzip.BestCompression)
	if err != nil {
		panic(err) // the level is a constant
	}
	if _, err := w.Write(content); err != nil {
		panic(err) // memory takes all that is written
	}
	if err := w.Close(); err != nil {
		panic(err)
	}
	return b.Bytes()
}

// Asset returns the address of the asset with the name.
func Asset(name string) (string, error) {
	a, ok := assets()[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return a.address, nil
}

// OpenAsset returns the asset at the address.
func OpenAsset(address string) (a OpenedAsset, ok bool) {
	for _, a := range assets() {
		if a.address == address {
			return a, true
		}
	}
	return OpenedAsset{}, false
}
