from rtfm_mmaction.cli.pack import main

if __name__ == '__main__':
    main()
