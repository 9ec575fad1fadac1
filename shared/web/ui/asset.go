package ui

import (
	"crypto/sha256"
	"embed"
	"encoding/hex"
	"fmt"
	"path"
	"strings"
)

//go:embed assets
var assetFiles embed.FS

// AssetPath is the path below which assets are served.
const AssetPath = "/assets/"

// mediaTypes is by extension. The operating system's own list is not asked: it differs from one machine to another.
var mediaTypes = map[string]string{".css": "text/css; charset=utf-8", ".js": "text/javascript; charset=utf-8"}

// asset is a file that pages refer to by an address that holds its digest, so
// that it may be kept for ever.
type asset struct {
	address, mediaType string
	content            []byte
}

var assets = readAssets()

func readAssets() map[string]asset {
	read := map[string]asset{}
	list, err := assetFiles.ReadDir("assets")
	if err != nil {
		panic(err) // the program was built without them
	}
	for _, file := range list {
		content, err := assetFiles.ReadFile("assets/" + file.Name())
		if err != nil {
			panic(err)
		}
		sum := sha256.Sum256(content)
		extension := path.Ext(file.Name())
		read[file.Name()] = asset{
			address:   AssetPath + strings.TrimSuffix(file.Name(), extension) + "." + hex.EncodeToString(sum[:8]) + extension,
			mediaType: mediaTypes[extension],
			content:   content,
		}
	}
	return read
}

// Asset returns the address of the asset with the name.
func Asset(name string) (string, error) {
	a, ok := assets[name]
	if !ok {
		return "", fmt.Errorf("there is no asset %q", name)
	}
	return a.address, nil
}

// OpenAsset returns the asset at the address.
func OpenAsset(address string) (content []byte, mediaType string, ok bool) {
	for _, a := range assets {
		if a.address == address {
			return a.content, a.mediaType, true
		}
	}
	return nil, "", false
}
