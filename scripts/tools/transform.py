"""Prints a SAM template as the plain CloudFormation, in JSON, that AWS makes of it.

    .tools/venv/bin/python scripts/tools/transform.py template.yaml

Nothing is asked of AWS.
"""

import json
import sys

import boto3
from samtranslator.parser.parser import Parser
from samtranslator.translator.translator import Translator
from samtranslator.yaml_helper import yaml_parse

REGION = "eu-west-2"  # SAM makes the same of the template in every region


def main(path):
    with open(path, encoding="utf-8") as file:
        template = yaml_parse(file)
    defaults = {
        name: parameter["Default"]
        for name, parameter in template.get("Parameters", {}).items()
        if "Default" in parameter
    }
    for resource in template["Resources"].values():
        # Before a deployment, SAM uploads what is to run, and puts here where to.
        if resource["Type"] == "AWS::Serverless::Function":
            resource["Properties"]["CodeUri"] = "s3://uploaded/function.zip"
    session = boto3.Session(region_name=REGION)
    translator = Translator({}, Parser(), boto_session=session)
    plain = translator.translate(sam_template=template, parameter_values=defaults)
    json.dump(plain, sys.stdout, indent=2, sort_keys=True)
    print()


main(sys.argv[1])
